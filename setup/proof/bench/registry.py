"""Which file measures what, in the order in which they run."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from . import (
    metric_ack,
    metric_backlog,
    metric_bulk,
    metric_carriers,
    metric_crash,
    metric_drain,
    metric_effect,
    metric_outbound,
    metric_release,
    metric_shipments,
)
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
    Group(metric_shipments.SHIPMENT_NAMES, metric_shipments.measure_shipments),
    Group(metric_shipments.TRACKING_NAMES, metric_shipments.measure_tracking),
    Group(metric_carriers.LABEL_NAMES, metric_carriers.measure_labels),
    Group(metric_carriers.TRACKING_NAMES, metric_carriers.measure_tracking),
    Group(metric_release.NAMES, metric_release.measure),
    Group(metric_effect.NAMES, metric_effect.measure),
    Group(metric_crash.NAMES, metric_crash.measure),
    Group(metric_backlog.NAMES, metric_backlog.measure),
)
