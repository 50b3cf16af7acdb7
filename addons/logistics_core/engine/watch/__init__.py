from . import heartbeat, settings, checks, health, overview, retention
