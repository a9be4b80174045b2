"""What is particular to each cloud, as flows: nothing here talks to the network or sleeps.

The one thing that touches the outside is a file that the caller names as input: it is read where it is encoded.
"""
