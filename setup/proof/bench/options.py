"""How much is measured (pure)."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Options:
    """What a person asked for.

    :param runs: of each side; medians are taken
    :param wanted: names of the metrics
    :param quick: smaller sizes, for a look
    """

    runs: int
    wanted: frozenset[str]
    quick: bool

    def size(self, usual: int, quick: int) -> int:
        """A size for this run."""
        return quick if self.quick else usual
