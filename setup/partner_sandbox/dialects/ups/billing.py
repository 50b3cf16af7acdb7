"""The billing file: 250 columns, no heading."""

from __future__ import annotations

import csv
import io

from ...carriers.model import Invoice

WIDTH = 250
_CODES = {"BASE": ("FRT", "003"), "FUEL": ("FSC", "FSC")}


def write(invoice: Invoice) -> tuple[str, bytes]:
    """Name and content of the CSV; columns are counted from 1."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\r\n")
    for line in invoice.lines:
        group, code = _CODES.get(line.charge.code, ("ACC", line.charge.code))
        row = [""] * WIDTH
        facts = {
            1: "2.1",
            3: "0000000A1B",
            5: f"{invoice.created_at:%Y-%m-%d}",
            6: invoice.number,
            10: invoice.currency,
            11: f"{invoice.total:.2f}",
            12: line.shipped_on,
            16: line.reference,
            21: line.tracking,
            29: f"{line.weight:.1f}",
            30: "K",
            35: "SHP",
            44: group,
            45: code,
            46: line.charge.name,
            51: invoice.currency,
            53: f"{line.charge.amount:.2f}",
        }
        for column, value in facts.items():
            row[column - 1] = value
        writer.writerow(row)
    return f"Invoice_{invoice.number}.csv", text.getvalue().encode()
