"""What each metric must reach, and what we aim at (pure)."""

from __future__ import annotations

from dataclasses import dataclass

from .figures import Figure


@dataclass(frozen=True)
class Target:
    """One line of the table.

    :param against: the other side, or the unit where there is none
    :param must: the bound that decides between passed and missed
    :param by_ratio: the bounds are of the ratio, else of the value
    :param smaller: smaller is better
    """

    name: str
    against: str
    must: float
    aim: float
    by_ratio: bool = True
    smaller: bool = False

    def judged(self, figure: Figure) -> float | None:
        """The number that the bounds are about."""
        return figure.ratio if self.by_ratio else figure.value

    def reached(self, figure: Figure, bound: float) -> bool:
        """Whether a figure is at the bound or better."""
        number = self.judged(figure)
        if number is None:
            return False
        return number <= bound if self.smaller else number >= bound


def _ratio(name: str, against: str, must: float, aim: float) -> Target:
    return Target(name, against, must, aim)


def _least(name: str, unit: str, must: float, aim: float) -> Target:
    return Target(name, unit, must, aim, by_ratio=False, smaller=True)


TARGETS = (
    _ratio("drain_noop", "B1", 40, 150),
    _ratio("drain_noop_raw", "B0", 0.15, 0.30),
    _ratio("drain_tracking", "B1", 8, 20),
    _ratio("validate_pickings", "B1", 2, 4),
    _ratio("validate_pickings_batch", "B3b", 0.85, 0.95),
    _ratio("release_orders", "B3b", 0.85, 0.95),
    _ratio("ack_rate", "B5", 0.75, 0.9),
    _least("ack_p99_ms", "ms", 50, 20),
    _least("ack_worst_ms", "ms", 1000, 250),
    _ratio("bulk_ingest", "B0", 0.4, 0.7),
    _least("ack_to_effect_p50_ms", "ms", 1000, 250),
    _least("ack_to_effect_p99_ms", "ms", 5000, 1500),
    _least("crash_recovery_s", "s", 15, 10),
    _ratio("backlog_1m", "10k rows", 0.8, 0.95),
    _ratio("outbound_200ms", "B1", 4, 20),
    _ratio("label_wave", "one by one", 8, 12),
    _ratio("tracking_ingest", "B1", 8, 20),
    _least("sql_per_message", "count", 0.5, 0.2),
    _least("commits_per_message", "count", 0.02, 0.01),
)
BY_NAME = {target.name: target for target in TARGETS}
