"""Batches of ShipEngine as pure data: what may share one, and what it says."""

from __future__ import annotations

import re
import uuid
from dataclasses import replace

from shipengine_samples import FULL, PLAIN, RETURN

from odoo.addons.logistics_carrier.canonical import (
    BatchFailure,
    TransportBatch,
    TransportBatchConfirmation,
)
from odoo.addons.logistics_carrier_shipengine import const, translator
from odoo.addons.logistics_carrier_shipengine.tools import batches
from odoo.addons.logistics_core.canonical import Canonical


def test_only_what_a_batch_can_say_is_in_one():
    assert batches.to_key(RETURN) is None
    assert batches.to_key(replace(PLAIN, access_point="P-1")) is None
    key = batches.to_key(PLAIN)
    assert key == batches.to_key(replace(PLAIN, reference="other"))
    assert key != batches.to_key(replace(PLAIN, label_format="ZPL"))
    later = replace(PLAIN, ship_date=PLAIN.ship_date.replace(day=1))
    assert key != batches.to_key(later)


def test_our_key_is_an_id_that_shipengine_takes():
    key = batches.to_external_id(uuid.uuid4().hex[:20])
    assert re.fullmatch(r"se(-[a-z0-9]+)+", key)
    assert len(key) <= 25


def test_a_batch_is_created_and_processed_at_once():
    zebra = replace(PLAIN, label_format="ZPL")
    made = batches.to_batch("ab12", ["se-1"], batches.to_processing(zebra, "A4"))
    assert made["external_batch_id"] == "se-ab12"
    processing = made["process_labels"]
    assert processing["create_batch_and_process_labels"] is True
    assert (processing["label_format"], processing["label_layout"]) == ("zpl", "4x6")
    assert batches.to_processing(PLAIN, "A4")["label_layout"] == "A4"


def test_a_shipment_without_a_label_is_the_one_of_the_label():
    made = translator.to_shipment(FULL, "carrier")
    assert made.pop("validate_address") == "no_validation"
    assert made == translator.to_label_request(FULL)["shipment"]


def test_only_shipments_with_an_id_and_no_error_were_created():
    shipments = [
        {"external_shipment_id": "A", "shipment_id": "se-1", "errors": []},
        {"external_shipment_id": "B", "shipment_id": "se-2", "errors": ["wrong"]},
        {"external_shipment_id": "C", "shipment_id": None},
        {"shipment_id": "se-4"},
    ]
    assert batches.from_created({"shipments": shipments}) == {"A": "se-1"}


def test_the_end_of_a_batch_is_told_by_its_status():
    ends = {s for s in STATUSES if batches.is_through({"status": s})}
    assert ends == {"completed", "completed_with_errors", "archived", "invalid"}
    assert const.BATCH_OPEN in STATUSES


STATUSES = (
    "open",
    "queued",
    "processing",
    "completed",
    "completed_with_errors",
    "archived",
    "notifying",
    "invalid",
)


def test_question_and_answer_survive_being_written_down():
    batch = TransportBatch("ab12", ("S/1", "S/2"))
    answer = TransportBatchConfirmation("ab12", "se-7", 1, (BatchFailure("S/2", "No"),))
    for one in (batch, answer):
        assert Canonical.from_dict(one.to_dict()) == one
