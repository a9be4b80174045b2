"""Apps of AIMMS PRO: publish, list, change; their versions, categories, and who may use them."""
