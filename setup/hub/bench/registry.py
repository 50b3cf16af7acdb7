"""Which file measures what, in the order in which they run."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from . import metric_ack, metric_bulk, metric_drain, metric_outbound
from .figures import Figure
from .options import Options
from .world import World

Measure = Callable[[World, Options], Mapping[str, Figure]]


@dataclass(frozen=True)
class Group:
    """Metrics that are measured together."""

    names: tuple[str, ...]
    measure: Measure


GROUPS = (
    Group(metric_drain.NAMES, metric_drain.measure),
    Group(metric_drain.COUNT_NAMES, metric_drain.measure_counts),
    Group(metric_ack.NAMES, metric_ack.measure),
    Group(metric_bulk.NAMES, metric_bulk.measure),
    Group(metric_outbound.NAMES, metric_outbound.measure),
)
