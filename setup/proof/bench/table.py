"""The result as people and programs read it (pure)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from .figures import Figure
from .targets import TARGETS, Target

Results = Mapping[str, Figure | Exception]
_HEAD = ("metric", "ours", "other", "unit", "against", "ratio", "must", "aim", "")


def as_json(machine: Mapping[str, Any], results: Results) -> dict[str, Any]:
    """The object of ``--json``; a failed metric has an error and no number."""
    return {
        "machine": dict(machine),
        "metrics": {name: _entry(name, result) for name, result in results.items()},
    }


def _entry(name: str, result: Figure | Exception) -> dict[str, Any]:
    target = next(target for target in TARGETS if target.name == name)
    bounds = {"must": target.must, "aim": target.aim}
    if isinstance(result, Exception):
        nothing = dict.fromkeys(("value", "baseline", "ratio", "unit"))
        return {**nothing, **bounds, "pass": False, "error": str(result)}
    passed = target.reached(result, target.must)
    return {**result.as_dict(), **bounds, "pass": passed}


def as_text(results: Results) -> str:
    """One line per metric in the order of the targets, then the notes."""
    rows = [_HEAD]
    notes = []
    for target in TARGETS:
        if target.name in results:
            result = results[target.name]
            rows.append(_row(target, result))
            note = str(result) if isinstance(result, Exception) else result.note
            if note:
                notes.append(f"{target.name}: {note}")
    widths = [max(len(row[n]) for row in rows) for n in range(len(_HEAD))]
    lines = [_line(row, widths) for row in rows]
    return "\n".join([lines[0], "-" * len(lines[0]), *lines[1:], "", *notes])


def _line(row: tuple[str, ...], widths: list[int]) -> str:
    """Names to the left, numbers to the right."""
    left = {0, 3, 4, 8}
    cells = (
        cell.ljust(width) if n in left else cell.rjust(width)
        for n, (cell, width) in enumerate(zip(row, widths, strict=True))
    )
    return "  ".join(cells).rstrip()


def _row(target: Target, result: Figure | Exception) -> tuple[str, ...]:
    sign = "<= " if target.smaller else ""
    bounds = (f"{sign}{target.must:g}", f"{sign}{target.aim:g}")
    if isinstance(result, Exception):
        return (target.name, "-", "-", "", target.against, "-", *bounds, "ERROR")
    return (
        target.name,
        _number(result.value),
        _number(result.baseline),
        result.unit,
        target.against if target.by_ratio else "",
        _number(result.ratio) if target.by_ratio else "",
        *bounds,
        _verdict(target, result),
    )


def _verdict(target: Target, figure: Figure) -> str:
    if target.reached(figure, target.aim):
        return "aim"
    return "pass" if target.reached(figure, target.must) else "MISSED"


def _number(value: float | None) -> str:
    if value is None:
        return ""
    if abs(value) >= 100:
        return f"{value:,.0f}"
    return f"{value:.1f}" if abs(value) >= 10 else f"{value:.3g}"
