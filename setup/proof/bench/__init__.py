"""Measurements: the engine beside the best we could do without it.

Read README.md here for what each metric compares.
"""
