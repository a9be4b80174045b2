"""What the observer of real replies wrote down, in words, and as an overlay that makes the document true."""
