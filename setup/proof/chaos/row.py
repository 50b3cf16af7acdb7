"""What a row of the promises is here: its numbers and its outcome."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from random import Random
from typing import Any

from .system import ChaosSystem


@dataclass
class Outcome:
    """Figures and complaints of one row; without complaints it passed.

    :ivar complaints: what is wrong, whatever the machine did
    :ivar late: times that were missed; the machine may have been to blame
    :ivar unjudged: times that were missed while others used the machine
    """

    figures: dict[str, Any] = field(default_factory=dict)
    complaints: list[str] = field(default_factory=list)
    late: list[str] = field(default_factory=list)
    unjudged: list[str] = field(default_factory=list)

    @property
    def passed(self) -> bool:
        return not self.complaints and not self.late

    def demand(self, holds: bool, complaint: str) -> None:
        if not holds:
            self.complaints.append(complaint)

    def demand_time(self, holds: bool, complaint: str) -> None:
        """Demand a time, share or rate that a busy machine may spoil."""
        if not holds:
            self.late.append(complaint)

    def report(self) -> dict[str, Any]:
        found: dict[str, Any] = {"pass": self.passed, "figures": self.figures}
        if not self.passed:
            found["complaints"] = [*self.complaints, *self.late]
        if self.unjudged:
            found["unjudged"] = self.unjudged
        return found


@dataclass(frozen=True)
class Row:
    """One promise: ``play`` gets the system, its numbers and its chance."""

    number: int
    promise: str
    play: Callable[[ChaosSystem, dict[str, Any], Random], Outcome]
    quick: dict[str, Any]
    full: dict[str, Any]
    tiny: dict[str, Any]
