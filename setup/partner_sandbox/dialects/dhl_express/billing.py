"""The invoice file: headings, one line per shipment."""

from __future__ import annotations

import csv
import io
from collections import defaultdict
from decimal import Decimal

from ...carriers.books import CarrierBooks
from ...carriers.model import Invoice, InvoiceLine

HEADINGS = (
    "Line Type",
    "Billing Source",
    "Invoice Number",
    "Invoice Date",
    "Due Date",
    "Billing Account",
    "Shipment Number",
    "Shipment Date",
    "Shipment Reference 1",
    "Product",
    "Weight (kg)",
    "Currency",
    "Total amount (excl. VAT)",
    "Total amount (incl. VAT)",
    "Weight Charge",
    "Weight Tax (VAT)",
    *(
        f"XC{number} {part}"
        for number in range(1, 10)
        for part in ("Code", "Name", "Charge", "Tax")
    ),
)


def write(invoice: Invoice, books: CarrierBooks) -> tuple[str, bytes]:
    """Name and content of the CSV: the invoice's line, then its shipments."""
    text = io.StringIO()
    writer = csv.DictWriter(text, HEADINGS, restval="", lineterminator="\r\n")
    writer.writeheader()
    head = {
        "Invoice Number": invoice.number,
        "Invoice Date": f"{invoice.created_at:%Y%m%d}",
        "Currency": invoice.currency,
        "Billing Account": "123456789",
    }
    total = f"{invoice.total:.2f}"
    writer.writerow(head | {"Line Type": "I", "Total amount (incl. VAT)": total})
    by_shipment: dict[str, list[InvoiceLine]] = defaultdict(list)
    for line in invoice.lines:
        by_shipment[books.parcels[line.tracking].shipment.id].append(line)
    for number, lines in by_shipment.items():
        writer.writerow(head | {"Line Type": "S"} | _shipment(number, lines))
    return f"{invoice.number}.csv", text.getvalue().encode()


def _shipment(number: str, lines: list[InvoiceLine]) -> dict[str, str]:
    sums: dict[tuple[str, str], Decimal] = defaultdict(Decimal)
    for line in lines:
        sums[line.charge.code, line.charge.name] += line.charge.amount
    weights = {line.tracking: line.weight for line in lines}
    total = sum(sums.values(), Decimal(0))
    made = {
        "Shipment Number": number,
        "Shipment Date": lines[0].shipped_on.replace("-", ""),
        "Shipment Reference 1": lines[0].reference,
        "Product": lines[0].service,
        "Weight (kg)": f"{sum(weights.values(), Decimal(0)):.2f}",
        "Total amount (excl. VAT)": f"{total:.2f}",
        "Total amount (incl. VAT)": f"{total:.2f}",
        "Weight Tax (VAT)": "0.00",
    }
    extra = 0
    for (code, name), amount in sums.items():
        if code == "BASE":
            made["Weight Charge"] = f"{amount:.2f}"
            continue
        extra += 1
        made |= {
            f"XC{extra} Code": "FF" if code == "FUEL" else code,
            f"XC{extra} Name": name,
            f"XC{extra} Charge": f"{amount:.2f}",
            f"XC{extra} Tax": "0.00",
        }
    return made
