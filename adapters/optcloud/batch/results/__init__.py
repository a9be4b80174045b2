"""What became of jobs: one by one for a program, as Parquet, CSV or a folder, and as a picture."""
