"""The carriers bill, some of it too high; finance imports, compares and approves."""

from __future__ import annotations

from typing import Any

from ..waiting import wait_until
from .desk import PATIENCE, Desk

# Those whose bills Odoo reads; the others' contracts define none.
BILLING = ("ups", "dhl_express")
SHARE, FACTOR = 0.12, "1.4"
HARMLESS = ("matched", "difference", "return")


class Bills:
    """``differences``: shipments that were billed for more than was quoted."""

    def __init__(self, desk: Desk) -> None:
        self.desk = desk
        self.client = desk.client
        self.dialects = [d for d in BILLING if d in desk.data.backends]
        self.differences = 0
        self.problems: list[str] = []

    def settle(self) -> None:
        """Bill, import, compare what Odoo found with what was made too high."""
        bills = [
            bill
            for dialect in self.dialects
            for bill in self.desk.partner.carrier_invoices(SHARE, FACTOR, dialect)
        ]
        for bill in bills:
            self._import(bill)
        invoices = self._wait(len(bills))
        found = self._compare(bills)
        self.differences = len(found)
        differing = [i["id"] for i in invoices if i["state"] == "differences"]
        self.client.call("logistics.freight.invoice", "action_approve", differing)

    def _import(self, bill: dict[str, Any]) -> None:
        """Upload the file that the carrier offers for download."""
        files = self.client.create(
            "ir.attachment", {"name": bill["name"], "datas": bill["content"]}
        )
        backend = self.desk.data.backends[bill["dialect"]]
        wizards = self.client.create(
            "logistics.freight.import",
            {"backend_id": backend, "file_ids": [[6, 0, files]]},
        )
        self.client.call("logistics.freight.import", "action_import", wizards)

    def _wait(self, count: int) -> list[dict[str, Any]]:
        def compared() -> list[dict[str, Any]]:
            rows = self.client.search_read(
                "logistics.freight.invoice",
                [
                    ("backend_id", "in", self.desk.backends),
                    ("state", "!=", "imported"),
                ],
                ["number", "state"],
            )
            return rows if len(rows) == count else []

        return wait_until(f"{count} invoices compared", compared, PATIENCE)

    def _compare(self, bills: list[dict[str, Any]]) -> set[str]:
        """Note what Odoo saw otherwise; return our references that differ."""
        books = self.desk.partner.carrier_books()
        reference_of = {
            parcel["tracking_number"]: shipment["reference"]
            for dialect in self.dialects
            for shipment in books[dialect]["shipments"]
            for parcel in shipment["parcels"]
        }
        dear = {
            reference_of[entry["tracking_number"]]
            for bill in bills
            for entry in bill["differences"]
        }
        lines = self.client.search_read(
            "logistics.freight.invoice.line",
            [("backend_id", "in", self.desk.backends)],
            ["tracking_number", "shipment_id", "outcome", "cause"],
        )
        names = {
            row["id"]: row["name"]
            for row in self.client.search_read(
                "logistics.shipment",
                [("backend_id", "in", self.desk.backends)],
                ["name"],
            )
        }
        found, back = set(), set()
        for line in lines:
            name = names.get((line["shipment_id"] or [0])[0], "")
            if line["outcome"] not in HARMLESS:
                text = f"bill of {line['tracking_number']} {name}: {line['outcome']}"
                self.problems.append(text)
            elif line["outcome"] == "difference":
                found.add(name)
            elif line["outcome"] == "return":
                back.add(name)
        # What came back may cost up to twice its price: no bill is too high then.
        self.problems += [
            f"{name} was billed too high, and that was not reported"
            for name in sorted(dear - found - back)
        ]
        self.problems += [
            f"{name} was billed as quoted, and Odoo sees a difference"
            for name in sorted(found - dear)
        ]
        return found
