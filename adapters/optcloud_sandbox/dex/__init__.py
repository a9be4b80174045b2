"""A local AIMMS with its DEX service: no key, no apps, a bare list. "Facts" are the AIMMS facts sheet, section 3."""
