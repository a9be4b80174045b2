"""The inputs of jobs: read one by one from a file, a folder, or what a program makes."""
