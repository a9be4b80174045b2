"""What the jobs of a batch run on: the port to a cloud (`target`), and a module for each kind."""
