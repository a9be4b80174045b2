"""Programs that run a generator and print its warnings as JSON, since its own text cannot be told from a document's."""
