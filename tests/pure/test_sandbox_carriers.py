"""The carriers' common world of the sandbox: labels that print, lives, books, bills."""

from __future__ import annotations

import io
from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from PIL import Image
from pypdf import PdfReader

from partner_sandbox.carriers import invoices, labels, proof
from partner_sandbox.carriers.dialect import CarrierDialect, quote
from partner_sandbox.carriers.model import Event, Invoice, Parcel, Place, Shipment
from partner_sandbox.core.message import Answer, Request, Violation
from partner_sandbox.core.world import World

ADA = Place("Ada", "1 rue Neuve", "Lyon", "69001", "FR")
BOB = Place("Bob", "5 Main St", "Austin", "78701", "US", "TX")


class Carrier(CarrierDialect):
    """The least a carrier needs."""

    name = "post"
    carrier_name = "POST"

    def serve(self, request: Request, path: str, breaches: list[Violation]) -> Answer:
        raise NotImplementedError

    def reference_of(self, request: Request, path: str) -> str | None:
        return None

    def failure(self, status: int, message: str) -> Answer:
        return Answer.of({"error": message}, status)

    def invoice_file(self, invoice: Invoice) -> tuple[str, bytes]:
        return "bill.csv", b""

    def tell(self, parcel: Parcel, event: Event) -> None:
        told.append((parcel.tracking, event.kind))

    def take(self, reference: str, pieces: int = 1, sender: Place = ADA) -> Shipment:
        number = self.books.next("shipment")
        made = Shipment(
            f"S{number}", "post", reference, "X", "Express", sender, BOB, NOW
        )
        made.parcels = [
            Parcel(made, index, f"P{number}-{index}", Decimal("1.5"))
            for index in range(1, pieces + 1)
        ]
        made.charges = quote(Decimal(10), made)
        self.buy(made)
        return made


NOW = datetime(2026, 3, 1, 9, tzinfo=UTC)
told: list[tuple[str, str]] = []


@pytest.fixture
def carrier() -> Carrier:
    told.clear()
    world = World("token", 1, Path(), 0.01)
    world.settings.mode = "manual"
    return Carrier(world)


def test_a_pdf_label_is_one_page_of_4_by_6_inches(carrier: Carrier) -> None:
    content = carrier.label(carrier.take("R1").parcels[0], "PDF")
    (page,) = PdfReader(io.BytesIO(content)).pages
    size = (float(page.mediabox.width) / 72, float(page.mediabox.height) / 72)
    assert size == (4, 6)
    assert "P1-1" in page.extract_text()


def test_image_labels_hold_a_readable_code_128(carrier: Carrier) -> None:
    parcel = carrier.take("R1").parcels[0]
    for kind in ("PNG", "GIF"):
        image = Image.open(io.BytesIO(carrier.label(parcel, kind))).convert("1")
        assert (image.format or kind, image.size) == (kind, (812, 1218))
        row = [image.getpixel((x, 980)) == 0 for x in range(20, 790)]
        runs = _runs(row)
        unit = min(runs)
        # Start, data, check and stop: 11 modules each, 13 for the stop.
        assert (sum(runs) // unit - 13) % 11 == 0


def _runs(row: list[bool]) -> list[int]:
    first, last = row.index(True), len(row) - row[::-1].index(True)
    runs, before = [0], True
    for black in row[first:last]:
        if black is not before:
            runs.append(0)
            before = black
        runs[-1] += 1
    return runs


def test_zpl_has_one_format_for_each_label_and_no_command_in_its_data(
    carrier: Carrier,
) -> None:
    parcel = carrier.take("R1").parcels[0]
    made = labels.Label.of(parcel, "PO^ST~")
    text = labels.render([made, made], "ZPL").decode()
    assert (text.count("^XA"), text.count("^XZ")) == (2, 2)
    assert "^FDP1-1^FS" in text
    assert "^FDPO ST ^FS" in text
    with pytest.raises(ValueError, match="2 labels"):
        labels.render([made, made], "PNG")


def test_a_picture_shows_accents(carrier: Carrier) -> None:
    made = labels.Label.of(carrier.take("R1").parcels[0], "POST")
    pictures = {
        labels.render([replace(made, recipient=(name,))], "PNG") for name in "öåß\uffff"
    }
    assert len(pictures) == 4


def test_a_second_purchase_of_a_reference_is_a_duplicate_until_it_is_void(
    carrier: Carrier,
) -> None:
    carrier.take("R1", pieces=2)
    again = carrier.take("R1", pieces=2)
    report = carrier.books.report()
    assert report["duplicates"] == {"R1/1": ["P2-1"], "R1/2": ["P2-2"]}
    assert sorted(report["orphans"]) == ["P1-1", "P1-2", "P2-1", "P2-2"]
    for parcel in again.parcels:
        parcel.voided = True
    report = carrier.books.report()
    assert (report["duplicates"], report["orphans"]) == ({}, [])
    assert report["live_labels"] == 2
    assert report["statuses"] == {"created": 2, "voided": 2}


def test_a_life_runs_in_order_in_the_time_zones_of_its_places(
    carrier: Carrier,
) -> None:
    carrier.life.plan("R1", ["picked_up", {"kind": "customs_hold", "park": True}])
    parcel = carrier.take("R1").parcels[0]
    assert carrier.life.run(parcel) == ["picked_up", "customs_hold"]
    carrier.life.plan(parcel.tracking, ["customs_released", "delivered"])
    assert carrier.life.run(parcel) == ["customs_released", "delivered"]
    moments = [event.at for event in parcel.events]
    assert moments == sorted(set(moments))
    assert parcel.events[1].zone == ZoneInfo("Europe/Paris")
    assert parcel.delivery and parcel.delivery.at.tzinfo == ZoneInfo("America/New_York")
    assert [kind for _, kind in told] == [e.kind for e in parcel.events]
    with pytest.raises(ValueError, match="unknown step"):
        carrier.life.plan("R1", ["teleported"])


def test_a_void_parcel_goes_nowhere(carrier: Carrier) -> None:
    parcel = carrier.take("R1").parcels[0]
    parcel.voided = True
    assert carrier.life.advance(parcel) is None


def test_a_proof_comes_with_the_delivery(carrier: Carrier) -> None:
    parcel = carrier.take("R1").parcels[0]
    with pytest.raises(LookupError):
        proof.document(parcel, "POST")
    carrier.life.run(parcel)
    text = PdfReader(io.BytesIO(proof.document(parcel, "POST"))).pages[0]
    assert "Signed by: Bob" in text.extract_text()
    assert proof.signature("Bob") == proof.signature("Bob") != proof.signature("Eve")
    pages = PdfReader(io.BytesIO(proof.manifest("POST", "M1", ["P"] * 31))).pages
    assert len(pages) == 2


def test_what_is_billed_is_what_was_quoted_but_for_the_share(carrier: Carrier) -> None:
    bought = [carrier.take(f"R{n}", pieces=2) for n in range(5)]
    bought[0].parcels[1].voided = True
    first = invoices.bill(carrier.books, seed=1, share=1 / 3)
    assert first
    differ = {x.tracking for x in first.lines if x.charge.amount != x.quoted}
    assert len(differ) == 3
    assert len({line.tracking for line in first.lines}) == 9
    quoted = sum(x.quoted for x in first.lines if x.reference == "R1")
    assert quoted == bought[1].total
    assert invoices.bill(carrier.books, seed=1) is None
