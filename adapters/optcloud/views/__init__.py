"""Tables and pictures of what a cloud answered. Loaded on first use; knows no cloud.

The packages that make them are the user's own (pandas, polars, openpyxl) or an extra's (``parquet``: pyarrow,
``pictures``: vl-convert-python); each is asked for when it is needed (`optcloud.core.extras`).
"""
