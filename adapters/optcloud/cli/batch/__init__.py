"""`optcloud batch`: each module has a few commands, `app` puts them together."""
