"""The errors of the documents' tooling."""


class SpecsError(Exception):
    """A document, an overlay or a generator is not as it should be; the message names it and the mend."""
