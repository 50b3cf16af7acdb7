"""The carriers' dialects as processes: access, rules, books, tracking, bills."""

from __future__ import annotations

from typing import Any

import pytest
import requests

from partner_sandbox.client import Sandbox

WHERE = {"AddressLine": ["1 rue Neuve"], "City": "Lyon", "PostalCode": "69001"}
FRANCE = {"Name": "Shop", "Address": WHERE | {"CountryCode": "FR"}}
SHIPMENT = {
    "Shipper": FRANCE | {"ShipperNumber": "A1B2C3"},
    "ShipTo": FRANCE,
    "Service": {"Code": "11"},
    "Package": [
        {
            "Packaging": {"Code": "02"},
            "PackageWeight": {"UnitOfMeasurement": {"Code": "KGS"}, "Weight": "1.5"},
        }
    ],
}
SHIP = "/api/shipments/v2409/ship"


class Ups:
    """The least of a client; `token` is fetched when it is asked for."""

    def __init__(self, sandbox: Sandbox) -> None:
        self.sandbox = sandbox
        self.session = requests.Session()
        self.session.trust_env = False

    def token(self, secret: str | None = None) -> requests.Response:
        return self.session.post(
            f"{self.sandbox.dialect_url('ups')}/security/v1/oauth/token",
            data={"grant_type": "client_credentials"},
            auth=("client", secret or self.sandbox.token),
            timeout=10,
        )

    def call(self, method: str, path: str, body: Any = None) -> requests.Response:
        token = self.token().json()["access_token"]
        headers = {"Authorization": f"Bearer {token}", "transId": "1"}
        headers["transactionSrc"] = "test"
        url = f"{self.sandbox.dialect_url('ups')}{path}"
        return self.session.request(method, url, json=body, headers=headers, timeout=10)

    def ship(self, reference: str) -> requests.Response:
        shipment = SHIPMENT | {"ReferenceNumber": [{"Value": reference}]}
        label = {"LabelImageFormat": {"Code": "ZPL"}}
        label["LabelStockSize"] = {"Height": "6", "Width": "4"}
        body = {
            "Request": {"RequestOption": "nonvalidate"},
            "Shipment": shipment,
            "LabelSpecification": label,
        }
        return self.call("POST", SHIP, {"ShipmentRequest": body})


@pytest.fixture
def ups(sandbox: Sandbox) -> Ups:
    return Ups(sandbox)


def test_only_tokens_that_were_issued_open_the_door(ups: Ups) -> None:
    assert ups.token("wrong").status_code == 401
    url = f"{ups.sandbox.dialect_url('ups')}{SHIP}"
    forged = {"Authorization": "Bearer ups-token-000001"}
    assert requests.post(url, json={}, headers=forged, timeout=10).status_code == 401
    assert ups.ship("R1").status_code == 200


def test_a_cut_after_the_purchase_leaves_its_label_in_the_books(ups: Ups) -> None:
    rule = {"action": "timeout_after_commit", "dialect": "ups", "reference": "^R1$"}
    ups.sandbox.rules({**rule, "path": "/ship$", "times": 1})
    assert ups.ship("R2").status_code == 200
    with pytest.raises(requests.ConnectionError):
        ups.ship("R1")
    books = ups.sandbox.carrier_books("ups")["ups"]
    assert (books["live_labels"], books["duplicates"]) == (2, {})
    assert ups.ship("R1").status_code == 200
    books = ups.sandbox.carrier_books("ups")["ups"]
    assert len(books["duplicates"]["R1/1"]) == 1
    assert len(books["orphans"]) == 2


@pytest.mark.parametrize("status", [429, 500, 503])
def test_told_statuses_buy_nothing(ups: Ups, status: int) -> None:
    ups.sandbox.rules({"action": "status", "status": status, "reference": "R1"})
    assert ups.ship("R1").status_code == status
    assert ups.sandbox.carrier_books("ups")["ups"]["live_labels"] == 0


def test_a_breach_of_the_contract_is_counted_and_refused(
    ups: Ups, any_contract: object
) -> None:
    if any_contract is None:
        pytest.skip("no contract files: set CONTRACTS_DIR to their folder")
    answer = ups.call("POST", SHIP, {"ShipmentRequest": {}})
    assert answer.status_code == 400
    assert ups.sandbox.violations()["count"]


def test_a_plan_made_before_the_purchase_is_followed(ups: Ups) -> None:
    ups.sandbox.carrier_plan("R1", ["picked_up", {"kind": "lost"}], "ups")
    ups.ship("R1")
    done = ups.sandbox.carrier_run("R1")["done"]
    assert list(done.values()) == [["picked_up", "lost"]]
    (shipment,) = ups.sandbox.carrier_shipments("R1")
    assert shipment["parcels"][0]["status"] == "lost"
    number = shipment["parcels"][0]["tracking_number"]
    answer = ups.call("GET", f"/api/track/v1/details/{number}")
    activities = answer.json()["trackResponse"]["shipment"][0]["package"][0]["activity"]
    assert [a["status"]["type"] for a in activities] == ["X", "I", "M"]


def test_all_parcels_go_on_together_and_are_billed_once(ups: Ups) -> None:
    ups.ship("R1")
    ups.ship("R2")
    assert ups.sandbox.carrier_run_all(steps=2) == 4
    assert ups.sandbox.carrier_run_all() == 6
    assert ups.sandbox.carrier_books()["ups"]["statuses"] == {"delivered": 2}
    (bill,) = ups.sandbox.carrier_invoices(share=0.5)
    assert (bill["dialect"], len(bill["differences"])) == ("ups", 1)
    assert ups.sandbox.carrier_invoices() == []


def test_unknown_keys_and_carriers_are_told(sandbox: Sandbox) -> None:
    for path in ("/carriers/shipments/nobody/run", "/carriers/run?dialect=nobody"):
        with pytest.raises(Exception, match="404"):
            sandbox.call("POST", path)
    with pytest.raises(Exception, match="400"):
        sandbox.carrier_plan("R1", ["teleported"])


def test_dhl_knows_its_customers_by_password(sandbox: Sandbox) -> None:
    url = f"{sandbox.dialect_url('dhl_express')}/address-validate"
    asked = {"type": "delivery", "countryCode": "FR", "cityName": "Lyon"}
    headers = {"x-version": "3.1.0"}
    for password, status in ((sandbox.token, 200), ("wrong", 401)):
        answer = requests.get(
            url, params=asked, headers=headers, auth=("user", password), timeout=10
        )
        assert answer.status_code == status


def landed_cost(country: str, city: str) -> dict[str, Any]:
    item = {
        "number": 1,
        "quantity": 2,
        "unitPrice": 50,
        "unitPriceCurrencyCode": "EUR",
        "manufacturerCountry": "PT",
        "commodityCode": "851679",
    }
    france = {"postalCode": "69001", "cityName": "Lyon", "countryCode": "FR"}
    there = {"postalCode": "8001", "cityName": city, "countryCode": country}
    return {
        "customerDetails": {"shipperDetails": france, "receiverDetails": there},
        "accounts": [{"typeCode": "shipper", "number": "123456789"}],
        "productCode": "P",
        "unitOfMeasurement": "metric",
        "currencyCode": "EUR",
        "isCustomsDeclarable": True,
        "getCostBreakdown": True,
        "packages": [{"weight": 1}],
        "items": [item],
    }


def test_dhl_reckons_the_same_duties_for_the_same_goods(sandbox: Sandbox) -> None:
    def ask(body: dict[str, Any]) -> requests.Response:
        return requests.post(
            f"{sandbox.dialect_url('dhl_express')}/landed-cost",
            json=body,
            headers={"x-version": "3.1.0"},
            auth=("user", sandbox.token),
            timeout=10,
        )

    body = landed_cost("CH", "Zürich")
    first, second = ask(body).json(), ask(body).json()
    assert first == second
    (product,) = first["products"]
    lines = {
        line["name"]: line["price"]
        for line in product["detailedPriceBreakdown"][0]["breakdown"]
    }
    sums = ("SCUSV", "SPRQN", "STSCH", "TOTAL DUTIES", "TOTAL TAXES", "TOTAL FEES")
    total = sum(lines[name] for name in sums)
    assert product["totalPrice"][0]["price"] == pytest.approx(total)
    assert lines["TOTAL TAXES"] > lines["TOTAL DUTIES"] > 0
    assert "number:1" in first["warnings"][0]
    body["items"][0]["commodityCode"] = "8516790000"
    assert "warnings" not in ask(body).json()
    body["productCode"] = "?"
    assert ask(body).status_code == 400
    assert sandbox.carrier_books()["dhl_express"]["live_labels"] == 0
