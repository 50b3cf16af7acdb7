from . import (
    transport_instruction,
    transport_void,
)
