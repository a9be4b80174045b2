"""`optcloud aimms`: each module has the commands of one thing, `app` puts them together."""
