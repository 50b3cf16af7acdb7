"""The dialect of ShipEngine: it follows the contract, and refuses what does not."""

from __future__ import annotations

import base64
from collections.abc import Callable
from typing import Any

import pytest
import requests

from hub.server.sandbox import contracts_folder
from partner_sandbox.client import Sandbox
from partner_sandbox.contract.contract import Contract
from partner_sandbox.core.message import Answer
from partner_sandbox.dialects.shipengine import ShipEngine

Json = dict[str, Any]
Ask = Callable[..., requests.Response]
PLACE = {
    "name": "Ada",
    "phone": "+33400000000",
    "address_line1": "1 rue A",
    "city_locality": "Lyon",
    "state_province": "Rhone",
    "postal_code": "69001",
    "country_code": "FR",
}


@pytest.fixture(scope="module")
def document() -> Contract | None:
    folder = contracts_folder()
    return ShipEngine.read_contract(folder) if folder else None


@pytest.fixture
def ask(sandbox: Sandbox, document: Contract | None) -> Ask:
    """Ask the dialect; what it answers is checked."""

    def call(method: str, path: str, body: Any = None, **query: Any) -> Any:
        answer = requests.request(
            method,
            sandbox.dialect_url("shipengine") + path,
            json=body,
            params=query,
            headers={"API-Key": sandbox.token},
            timeout=30,
        )
        known = answer.status_code in (200, 204, 400, 404, 409)
        if document and known and "downloads" not in path:
            told = Answer(answer.status_code, answer.content)
            assert document.check_answer(method, path, told) == []
        return answer

    return call


def label(reference: str = "R1", **values: Any) -> Json:
    shipment = {
        "carrier_id": "se-100001",
        "service_code": "ups_ground",
        "external_shipment_id": reference,
        "ship_to": PLACE,
        "ship_from": PLACE,
        "packages": [{"weight": {"value": 1.5, "unit": "kilogram"}}],
        **values,
    }
    return {"shipment": shipment, "label_download_type": "inline"}


def test_whole_life_of_a_label_follows_the_contract(ask: Ask, clean: None) -> None:
    made = ask("POST", "/v1/labels", label()).json()
    href = made["label_download"]["pdf"].partition(",")[2]
    assert base64.b64decode(href).startswith(b"%PDF-")
    key = made["label_id"]
    assert ask("GET", f"/v1/labels/{key}").json()["label_id"] == key
    found = ask("GET", "/v1/labels/external_shipment_id/R1").json()
    address = found["label_download"]["href"]
    path = address.partition("/shipengine")[2]
    assert ask("GET", path).content.startswith(b"%PDF-")
    assert ask("GET", f"/v1/labels/{key}/track").json()["status_code"] == "NY"
    assert ask("PUT", f"/v1/labels/{key}/void").json()["approved"] is True
    again = ask("PUT", f"/v1/labels/{key}/void").json()
    assert again["reason_code"] == "label_already_voided"


def test_questions_and_handover_follow_the_contract(ask: Ask, clean: None) -> None:
    assert ask("GET", "/v1/carriers").status_code == 200
    shipment = label()["shipment"]
    rated = {k: v for k, v in shipment.items() if k.startswith(("ship_", "pack"))}
    body = {"shipment": rated, "rate_options": {"carrier_ids": ["se-100001"]}}
    rates = ask("POST", "/v1/rates", body).json()["rate_response"]["rates"]
    assert {rate["service_code"] for rate in rates} == {
        "ups_ground",
        "ups_next_day_air",
    }
    assert ask("POST", "/v1/addresses/validate", [PLACE]).status_code == 200
    query = {"address": {"country_code": "FR"}, "providers": []}
    assert ask("POST", "/v1/service_points/list", query).status_code == 200
    key = ask("POST", "/v1/labels", label()).json()["label_id"]
    assert ask("POST", "/v1/manifests", {"label_ids": [key]}).status_code == 200
    assert ask("GET", "/v1/manifests", label_ids=key).status_code == 200
    pickup = {
        "label_ids": [key],
        "contact_details": {
            "name": "Ada",
            "email": "ada@example.com",
            "phone": "0400000000",
        },
        "pickup_window": {
            "start_at": "2026-11-23T13:00:00Z",
            "end_at": "2026-11-23T16:00:00Z",
        },
    }
    number = ask("POST", "/v1/pickups", pickup).json()["pickup_id"]
    assert ask("GET", "/v1/pickups").status_code == 200
    assert ask("DELETE", f"/v1/pickups/{number}").status_code == 200
    assert "cancelled_at" in ask("GET", f"/v1/pickups/{number}").json()


def test_tracking_has_each_step_and_the_proof(
    ask: Ask, sandbox: Sandbox, clean: None
) -> None:
    steps = ["picked_up", "customs_hold", "attempted", "available", "delivered"]
    sandbox.carrier_plan("R1", [*steps[:1], {"kind": "delay", "days": 4}, *steps[1:]])
    made = ask("POST", "/v1/labels", label()).json()
    sandbox.carrier_run("R1")
    number = made["tracking_number"]
    told = ask("GET", "/v1/tracking", tracking_number=number).json()
    codes = [event["status_detail_code"] for event in told["events"]]
    assert codes[0] == "DELIVERED"
    assert len(codes) == 7
    path = told["events"][0]["proof_of_delivery_url"].partition("/shipengine")[2]
    assert ask("GET", path).content.startswith(b"%PDF-")


@pytest.mark.parametrize(
    ("values", "code"),
    [
        ({"service_code": "no_such"}, "invalid_field_value"),
        ({"carrier_id": "se-9"}, "invalid_identifier"),
        ({"ship_to": {**PLACE, "city_locality": "Nowhere"}}, "invalid_address"),
        ({"ship_to": {**PLACE, "country_code": "CH"}}, "customs_items_required"),
    ],
)
def test_label_that_cannot_be_made_is_refused(
    ask: Ask, values: Json, code: str, clean: None
) -> None:
    answer = ask("POST", "/v1/labels", label(**values))
    assert answer.status_code == 400
    assert answer.json()["errors"][0]["error_code"] == code


def test_reference_buys_once(ask: Ask, clean: None) -> None:
    assert ask("POST", "/v1/labels", label()).status_code == 200
    answer = ask("POST", "/v1/labels", label())
    assert answer.json()["errors"][0]["error_code"] == "identifier_conflict"


def test_breach_of_the_contract_is_noted(
    ask: Ask, sandbox: Sandbox, document: Contract | None
) -> None:
    if document is None:
        pytest.skip("no contract files: set CONTRACTS_DIR to their folder")
    nameless = {k: v for k, v in PLACE.items() if k != "state_province"}
    for values in ({"ship_to": nameless}, {"colour": "red"}, {"packages": []}):
        sandbox.reset()
        ask("POST", "/v1/labels", label(**values))
        assert sandbox.violations()["count"] == 1


def test_wrong_key_is_refused(sandbox: Sandbox) -> None:
    url = sandbox.dialect_url("shipengine") + "/v1/carriers"
    assert requests.get(url, timeout=30).status_code == 401


def test_webhook_carries_the_headers_it_was_made_with(
    ask: Ask, sandbox: Sandbox, receiver: Any, clean: None
) -> None:
    hook = {
        "event": "track",
        "url": receiver.url,
        "headers": [{"key": "X-Own", "value": "s3cret"}],
    }
    assert ask("POST", "/v1/environment/webhooks", hook).status_code == 200
    assert ask("POST", "/v1/environment/webhooks", hook).status_code == 409
    ask("POST", "/v1/labels", label())
    sandbox.carrier_advance("R1")
    sandbox.wait_webhooks()
    ((headers, _body),) = receiver.posts
    assert headers["x-own"] == "s3cret"
    (hook,) = ask("GET", "/v1/environment/webhooks").json()
    key = hook["webhook_id"]
    assert ask("DELETE", f"/v1/environment/webhooks/{key}").status_code == 204


def test_batch_is_through_when_it_is_looked_at_twice(ask: Ask, clean: None) -> None:
    wanted = [label(name)["shipment"] for name in ("B1", "B2")]
    wanted[1]["ship_to"] = PLACE | {"city_locality": "Nowhere"}
    made = ask("POST", "/v1/shipments", {"shipments": wanted}).json()["shipments"]
    keys = [shipment["shipment_id"] for shipment in made]
    assert ask("POST", "/v1/shipments", {"shipments": wanted}).status_code == 400
    assert ask("POST", "/v1/labels", label("B1")).status_code == 400
    body = {
        "external_batch_id": "se-odoo1",
        "shipment_ids": keys,
        "process_labels": {
            "create_batch_and_process_labels": True,
            "label_format": "zpl",
        },
    }
    assert ask("POST", "/v1/batches", body).json()["status"] == "queued"
    assert ask("POST", "/v1/batches", body).status_code == 400
    path = "/v1/batches/external_batch_id/se-odoo1"
    assert ask("GET", path).json()["status"] == "processing"
    assert ask("GET", "/v1/labels/external_shipment_id/B1").status_code == 404
    batch = ask("GET", path).json()
    assert (batch["status"], batch["completed"]) == ("completed_with_errors", 1)
    bought = ask("GET", "/v1/labels/external_shipment_id/B1").json()
    assert (bought["batch_id"], bought["label_format"]) == (batch["batch_id"], "zpl")
    (error,) = ask("GET", f"/v1/batches/{batch['batch_id']}/errors").json()["errors"]
    assert error["external_shipment_id"] == "B2"
    assert "Nowhere" in error["error"]


def test_shipment_that_failed_gets_its_label_once_it_is_mended(
    ask: Ask, clean: None
) -> None:
    wanted = label("B3")["shipment"] | {"ship_to": PLACE | {"city_locality": "Nowhere"}}
    ask("POST", "/v1/shipments", {"shipments": [wanted]})
    found = ask("GET", "/v1/shipments/external_shipment_id/B3").json()
    key = found["shipment_id"]
    batch = {
        "external_batch_id": "se-odoo2",
        "shipment_ids": [key],
        "process_labels": {"create_batch_and_process_labels": False},
    }
    number = ask("POST", "/v1/batches", batch).json()["batch_id"]
    path = f"/v1/batches/{number}/process/labels"
    assert ask("POST", path, {"label_format": "pdf"}).status_code == 204
    assert ask("POST", path, {"label_format": "pdf"}).status_code == 400
    assert ask("POST", f"/v1/labels/shipment/{key}", {}).status_code == 400
    ask("PUT", f"/v1/shipments/{key}", wanted | {"ship_to": PLACE})
    assert ask("POST", f"/v1/labels/shipment/{key}", {}).status_code == 200
    assert ask("POST", f"/v1/labels/shipment/{key}", {}).status_code == 400
    found = ask("GET", "/v1/shipments/external_shipment_id/B3").json()
    assert found["shipment_status"] == "label_purchased"
