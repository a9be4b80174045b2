"""The base of all models of this package.

gc=False: decoded documents are trees, so the garbage collector need not visit their millions of objects. Do not
tie such objects into cycles.

Objects are open. A property that the document does not name is dropped on decoding: keep the bytes received where
that matters. To read or send such a property, subclass the Struct with it; lists take the subclass, too.
"""

import msgspec


class Struct(msgspec.Struct, gc=False):
    """A msgspec.Struct that the garbage collector does not visit."""
