"""The scenario of a go-live; it starts in ``scenario``."""
