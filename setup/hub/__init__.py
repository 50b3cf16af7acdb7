"""The machinery behind setup/: install, servers, commands, lint and test tools.

Modules reached from ``hub.bootstrap`` before the virtual environment exists use
the standard library only.
"""
