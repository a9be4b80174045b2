"""The errors of the documents' tooling."""

from optcloud.core.error_pickling import PortableError


class SpecsError(PortableError):
    """A document, an overlay or a generator is not as it should be; the message names it and what to do."""


class NotCheckedError(SpecsError):
    """A document could not be had, so that nothing is known about it; never the same as "nothing changed"."""


class NotOfferedError(NotCheckedError):
    """A document could not be had, since its address is not known, or since there is none at it (404, 410)."""


class NotAdoptedError(SpecsError):
    """A vendor's document was not taken in, for all the reasons that the message lists; the checkout is as it was."""
