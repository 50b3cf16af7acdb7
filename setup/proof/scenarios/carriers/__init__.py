"""The carriers' scenario; it starts in ``scenario``."""
