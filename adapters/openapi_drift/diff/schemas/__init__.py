"""Comparing schemas, with the direction in mind: what a request may no longer and a response may newly hold."""
