"""A local AIMMS with its DEX service: no key, no apps, a bare list. Source: AIMMS facts 3."""
