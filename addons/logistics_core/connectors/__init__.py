from . import (
    contract,
    http,
    declared,
    json,
    soap,
    webhook,
    subscription,
    canonical_json,
    disconnected,
)
