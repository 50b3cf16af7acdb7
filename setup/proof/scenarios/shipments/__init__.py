"""The shipments' scenario; it starts in ``scenario``."""
