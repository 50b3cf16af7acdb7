from . import (
    contract,
    canonical_messages,
    backend,
    message,
)
