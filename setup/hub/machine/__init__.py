"""This machine: running programs, long-running processes, locks and ports."""
