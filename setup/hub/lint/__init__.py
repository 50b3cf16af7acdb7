"""Checks that need no database, each in its own file.

Every check takes the folders to look at and returns findings as lines of text, so
that the command, the tests and pre-commit use them alike.
"""
