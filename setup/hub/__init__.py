"""The machinery behind setup/: install, databases, servers, tests, demo.

Modules reached from ``hub.bootstrap`` before the virtual environment exists use
the standard library only.
"""
