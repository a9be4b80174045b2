"""Is everything still what it was made from? Documents, generated code, the code that uses it."""
