from . import (
    connectors,
    shipping,
    rates,
    tracking,
    handover,
    customs,
    freight,
)
