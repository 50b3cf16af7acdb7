"""The little statistics a measurement needs (pure)."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median
from typing import Any


class CheckFailed(Exception):
    """What was measured did not do its work, so its time means nothing."""


def percentile(values: Sequence[float], share: float) -> float:
    """The smallest value that at least ``share`` (0 to 1) of them do not exceed."""
    ordered = sorted(values)
    if not ordered:
        raise ValueError("no values")
    return ordered[max(0, math.ceil(share * len(ordered)) - 1)]


def spread(values: Sequence[float]) -> float:
    """Half the distance of the extremes, as a share of the median."""
    middle = median(values)
    return (max(values) - min(values)) / 2 / middle if middle else math.inf


@dataclass(frozen=True)
class Figure:
    """One metric as it was measured.

    :param value: ours: the median of the runs
    :param baseline: the other side's median; None where there is none
    :param unit: of both, such as ``messages/s``
    :param runs: single values of ours, in the order they were measured
    :param baseline_runs: those of the other side
    :param note: what a reader must know to take it rightly
    """

    value: float
    unit: str
    baseline: float | None = None
    runs: tuple[float, ...] = ()
    baseline_runs: tuple[float, ...] = ()
    note: str = ""

    @property
    def ratio(self) -> float | None:
        """Ours to theirs; None where there is no other side."""
        return self.value / self.baseline if self.baseline else None

    def as_dict(self) -> dict[str, Any]:
        """What ``--json`` prints."""
        return {
            "value": _rounded(self.value),
            "baseline": _rounded(self.baseline),
            "ratio": _rounded(self.ratio),
            "unit": self.unit,
            "runs": [_rounded(v) for v in self.runs],
            "baseline_runs": [_rounded(v) for v in self.baseline_runs],
            "note": self.note,
        }


def of_rates(
    ours: Sequence[float], theirs: Sequence[float], unit: str, note: str = ""
) -> Figure:
    """A figure of two sides' runs: their medians."""
    return Figure(median(ours), unit, median(theirs), tuple(ours), tuple(theirs), note)


def of_values(values: Sequence[float], unit: str, note: str = "") -> Figure:
    """A figure without another side: the median of its runs."""
    return Figure(median(values), unit, runs=tuple(values), note=note)


def _rounded(value: float | None) -> float | None:
    """Four significant digits: more would pretend."""
    if value is None or not math.isfinite(value) or not value:
        return value
    return round(value, max(0, 3 - math.floor(math.log10(abs(value)))))


def check(condition: bool, text: str) -> None:
    """Raise CheckFailed with the text unless the condition holds."""
    if not condition:
        raise CheckFailed(text)
