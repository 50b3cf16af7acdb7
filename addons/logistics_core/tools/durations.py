"""Durations as a person says them. Never imports odoo."""

from __future__ import annotations

_UNITS = ((86400, "d"), (3600, "h"), (60, "min"))


def readable(seconds: float) -> str:
    """Return `45 s`, `12 min`, `3 h 20 min`, `2 d 5 h`: at most two units."""
    left = max(int(seconds), 0)
    if left < 60:
        return f"{left} s"
    parts = []
    for size, unit in _UNITS:
        count, left = divmod(left, size)
        if count:
            parts.append(f"{count} {unit}")
        elif parts:
            break
    # Minutes beside days, or hours beside weeks, add nothing.
    return " ".join(
        parts[:1] if parts[0].endswith("d") and _large(parts) else parts[:2]
    )


def _large(parts: list[str]) -> bool:
    return int(parts[0].split()[0]) >= 7
