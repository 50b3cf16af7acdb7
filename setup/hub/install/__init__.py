"""Odoo 19, the Python environment and what Debian must add.

Runs before the virtual environment exists: the standard library only.
"""
