"""The base of all models of this package.

gc=False: decoded documents are trees, so the garbage collector need not visit their millions of objects. Do not tie
such objects into cycles.

Unknown properties are accepted and dropped on decoding: keep the bytes received where they matter. To send or read
a property that the document does not name, subclass the Struct with it.
"""

import msgspec


class Struct(msgspec.Struct, gc=False):
    """A msgspec.Struct that the garbage collector does not visit."""
