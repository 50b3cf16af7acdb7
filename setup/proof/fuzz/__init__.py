"""Searches for input that breaks a reader, or costs it too much."""
