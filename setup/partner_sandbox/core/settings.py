"""What can be turned at run time through ``POST /_sandbox/settings``."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field, fields
from typing import Any

CHOICES = {"mode": ("auto", "manual"), "late_cancel": ("auto", "422", "failure")}


@dataclass
class Settings:
    """Behaviour of the whole process. Times in seconds.

    - ``mode``: ``auto`` runs each plan step ``delay`` after the one before,
      ``manual`` waits for ``advance``;
    - ``minute``: what a minute of a simulation lasts (ShipBob ``/simulate``);
    - ``strict_catalogue``: an order of an unknown SKU is refused (else the product is
      made from the line's name, with no stock);
    - ``late_cancel``: ``auto`` (422 when nothing is open, else 200 with ``Failure``),
      ``422`` or ``failure``;
    - ``undeliverable``: regular expressions searched in ``"<country> <zip> <city>"``;
    - ``rate_limit``: ``{"requests": n, "seconds": s}`` per token, or None;
    - ``webhook_retries``: waits before each attempt, the first one included (ShipBob's
      own: 0, 5, 300, 1800, 7200, 18000, 36000, 36000);
    - ``webhook_disable``: a subscription is disabled once all attempts failed.
    """

    mode: str = "auto"
    delay: float = 1.0
    minute: float = 1.0
    strict_catalogue: bool = True
    late_cancel: str = "auto"
    undeliverable: list[str] = field(default_factory=lambda: ["(?i)nowhere", "00000"])
    rate_limit: dict[str, float] | None = None
    webhook_retries: list[float] = field(
        default_factory=lambda: [0, 0.2, 1, 3, 6, 10, 20, 20]
    )
    webhook_timeout: float = 15.0
    webhook_disable: bool = False

    def update(self, values: dict[str, Any]) -> None:
        """Set the named ones. Raises ValueError for a name or type unknown."""
        known = {f.name: getattr(self, f.name) for f in fields(self)}
        for name, value in values.items():
            if name not in known:
                raise ValueError(f"unknown setting {name!r}, known: {sorted(known)}")
            if isinstance(known[name], bool) is not isinstance(value, bool):
                raise ValueError(f"setting {name!r} does not take {value!r}")
            if name in CHOICES and value not in CHOICES[name]:
                raise ValueError(f"setting {name!r} is one of {CHOICES[name]}")
        for name, value in values.items():
            setattr(self, name, value)

    def as_dict(self) -> dict[str, Any]:
        """All settings, ready for JSON."""
        return asdict(self)
