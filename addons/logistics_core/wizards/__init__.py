from . import (
    logistics_pause,
    logistics_replay,
    logistics_replay_window,
    logistics_start,
)
