from . import lane, doorbell, due, drain, crash, places, sweep, timer
