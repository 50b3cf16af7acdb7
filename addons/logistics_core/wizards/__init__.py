from . import logistics_pause, logistics_replay
