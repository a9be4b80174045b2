"""Tables and pictures of what a cloud answered. Loaded on first use; knows no cloud.

The packages that make them are the user's own (pandas, polars, pyarrow, openpyxl) or the extra ``pictures``
(vl-convert-python); each is asked for when it is needed, and a clear error names it.
"""
