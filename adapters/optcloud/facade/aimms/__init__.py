"""AIMMS PRO as a person thinks of it: `cloud` has what ``oc.aimms`` is, the other modules its namespaces."""
