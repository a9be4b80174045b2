"""Tasks of AIMMS PRO: submit, wait, fetch the response; many at once; logs; hooks."""
