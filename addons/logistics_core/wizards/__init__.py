from . import (
    base_module_uninstall,
    logistics_disconnect,
    logistics_pause,
    logistics_replay,
    logistics_replay_window,
    logistics_start,
)
