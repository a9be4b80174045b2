"""Handles of jobs and pools, how something is created once, and verbs made of functions."""
