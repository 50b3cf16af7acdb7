from . import heartbeat, settings, checks, health, retention
