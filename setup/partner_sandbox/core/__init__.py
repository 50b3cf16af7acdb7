"""Vendor-neutral half of the partner sandbox."""
