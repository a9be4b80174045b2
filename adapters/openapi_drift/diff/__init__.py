"""Drift: what changed between two documents, and whom it breaks.

`compare` is the change engine; everything else reads its `Change`s.
"""
