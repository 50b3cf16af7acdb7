"""The clients' own documents at the carriers, and packages voided individually."""

from __future__ import annotations

import base64
from typing import Any

import pytest
import requests
from test_sandbox_carrier_dialects import SHIPMENT, Ups

from partner_sandbox.client import Sandbox

ACCOUNT = "A1B2C3"
PDF = base64.b64encode(b"%PDF-1.4").decode()
BASE = "/api/paperlessdocuments/v2"


class PaperUps(Ups):
    """Sends the headers that documents need."""

    def call(
        self, method: str, path: str, body: Any = None, **headers: str
    ) -> requests.Response:
        token = self.token().json()["access_token"]
        sent = {"Authorization": f"Bearer {token}", "transId": "1"}
        sent |= {"transactionSrc": "test", **headers}
        url = f"{self.sandbox.dialect_url('ups')}{path}"
        return self.session.request(method, url, json=body, headers=sent, timeout=10)

    def upload(self, content: str = PDF, kind: str = "002") -> requests.Response:
        form = {
            "UserCreatedFormFileName": "invoice.pdf",
            "UserCreatedFormFile": content,
            "UserCreatedFormFileFormat": "pdf",
            "UserCreatedFormDocumentType": kind,
        }
        asked = {"Request": {}, "ShipperNumber": ACCOUNT, "UserCreatedForm": [form]}
        body = {"UploadRequest": asked}
        return self.call("POST", f"{BASE}/upload", body, ShipperNumber=ACCOUNT)

    def key(self) -> str:
        found = self.upload().json()["UploadResponse"]["FormsHistoryDocumentID"]
        return str(found["DocumentID"][0])

    def push(self, shipment: str, *keys: str, group: str = "") -> requests.Response:
        asked: dict[str, Any] = {
            "Request": {},
            "ShipperNumber": ACCOUNT,
            "FormsHistoryDocumentID": {"DocumentID": list(keys)},
            "ShipmentIdentifier": shipment,
            "ShipmentDateAndTime": "2026-03-02-09.30.00",
            "ShipmentType": "1",
            "TrackingNumber": [shipment],
        }
        asked |= {"FormsGroupID": group} if group else {}
        body = {"PushToImageRepositoryRequest": asked}
        return self.call("POST", f"{BASE}/image", body, ShipperNumber=ACCOUNT)

    def delete(self, key: str) -> requests.Response:
        path = f"{BASE}/DocumentId/ShipperNumber"
        return self.call("DELETE", path, ShipperNumber=ACCOUNT, DocumentId=key)

    def buy(self, packages: int = 1) -> str:
        body = {
            "Request": {"RequestOption": "nonvalidate"},
            "Shipment": SHIPMENT
            | {"ReferenceNumber": [{"Value": "R1"}]}
            | {"Package": SHIPMENT["Package"] * packages},
            "LabelSpecification": {
                "LabelImageFormat": {"Code": "ZPL"},
                "LabelStockSize": {"Height": "6", "Width": "4"},
            },
        }
        path = "/api/shipments/v2409/ship"
        answer = self.call("POST", path, {"ShipmentRequest": body}).json()
        results = answer["ShipmentResponse"]["ShipmentResults"]
        return str(results["ShipmentIdentificationNumber"])

    def documents(self) -> dict[str, str]:
        """Shipment by key."""
        found = self.sandbox.carrier_books("ups")["ups"]["documents"]
        return {document["id"]: document["shipment"] for document in found}


@pytest.fixture
def ups(sandbox: Sandbox) -> PaperUps:
    return PaperUps(sandbox)


def test_each_upload_has_a_key_of_its_own(ups: PaperUps) -> None:
    first, second = ups.key(), ups.key()
    assert first != second
    assert len(first) == len(second) == 26
    assert ups.documents() == {first: "", second: ""}
    assert ups.delete(first).status_code == 200
    assert ups.delete(first).status_code == 400
    assert ups.documents() == {second: ""}


def test_what_ups_does_not_take_leaves_no_document(ups: PaperUps) -> None:
    large = base64.b64encode(b"x" * (1024 * 1024 + 1)).decode()
    for answer in (ups.upload("no base64"), ups.upload(large), ups.upload(kind="099")):
        assert answer.status_code == 400
    assert ups.documents() == {}


def test_a_group_is_what_was_told_last(ups: PaperUps) -> None:
    shipment, keys = ups.buy(), [ups.key(), ups.key()]
    answer = ups.push(shipment, keys[0]).json()["PushToImageRepositoryResponse"]
    group = answer["FormsGroupID"]
    assert ups.documents() == {keys[0]: shipment, keys[1]: ""}
    ups.push(shipment, *keys, group=group)
    assert set(ups.documents().values()) == {shipment}
    ups.push(shipment, keys[1], group=group)
    assert ups.documents() == {keys[0]: "", keys[1]: shipment}
    assert ups.push("1Z", keys[0]).status_code == 400
    assert ups.push(shipment, "unknown").status_code == 400


def test_a_shipment_with_an_unknown_document_is_not_bought(ups: PaperUps) -> None:
    forms = {
        "FormType": ["07"],
        "UserCreatedForm": {"DocumentID": ["2026-03-02-09.30.00.000001"]},
        "Product": [{"Description": ["Lamp"], "OriginCountryCode": "FR"}],
    }
    options = {"ShipmentServiceOptions": {"InternationalForms": forms}}
    body = {
        "Request": {"RequestOption": "nonvalidate"},
        "Shipment": SHIPMENT | options,
        "LabelSpecification": {
            "LabelImageFormat": {"Code": "ZPL"},
            "LabelStockSize": {"Height": "6", "Width": "4"},
        },
    }
    answer = ups.call("POST", "/api/shipments/v2409/ship", {"ShipmentRequest": body})
    assert answer.status_code == 400
    assert "does not exist" in answer.text
    assert ups.sandbox.carrier_books("ups")["ups"]["live_labels"] == 0


def test_a_package_is_voided_by_itself_and_once(ups: PaperUps) -> None:
    shipment = ups.buy(packages=2)
    (bought,) = ups.sandbox.carrier_shipments("R1")
    first, second = (parcel["tracking_number"] for parcel in bought["parcels"])
    path = f"/api/shipments/v2409/void/cancel/{shipment}?trackingnumber="
    assert ups.call("DELETE", f"{path}1Z0000000000000000").status_code == 400
    answer = ups.call("DELETE", path + second).json()["VoidShipmentResponse"]
    assert [p["TrackingNumber"] for p in answer["PackageLevelResults"]] == [second]
    again = ups.call("DELETE", path + second)
    assert (again.status_code, "already been voided" in again.text) == (400, True)
    books = ups.sandbox.carrier_books("ups")["ups"]
    assert (books["voided"], books["live_labels"]) == ([second], 1)
    assert first != second


def test_dhl_takes_later_images_for_paperless_shipments_after_a_while(
    sandbox: Sandbox,
) -> None:
    def call(method: str, path: str, body: Any) -> requests.Response:
        return requests.request(
            method,
            f"{sandbox.dialect_url('dhl_express')}{path}",
            json=body,
            headers={"x-version": "3.1.0"},
            auth=("user", sandbox.token),
            timeout=10,
        )

    images = {"documentImages": [{"typeCode": "CIN", "content": PDF}]}
    accounts = {"accounts": [{"typeCode": "shipper", "number": "123456789"}]}
    plain = call("POST", "/shipments", _dhl_shipment() | accounts).json()
    paperless = {"valueAddedServices": [{"serviceCode": "WY"}]} | images
    bought = call("POST", "/shipments", _dhl_shipment() | accounts | paperless)
    assert bought.status_code == 201, bought.text
    late = {"originalPlannedShippingDate": "2026-03-02", "productCode": "N"}
    late |= accounts | {"documentImages": [{"typeCode": "COO", "content": PDF}]}
    number = bought.json()["shipmentTrackingNumber"]
    path = f"/shipments/{number}/upload-image"
    assert call("PATCH", path, late).status_code == 400
    sandbox.call("POST", "/dhl_express/age", {"seconds": 600})
    assert call("PATCH", path, late).status_code == 200
    assert call("PATCH", path, late).status_code == 400
    other = f"/shipments/{plain['shipmentTrackingNumber']}/upload-image"
    assert call("PATCH", other, late).status_code == 400
    found = sandbox.carrier_books("dhl_express")["dhl_express"]["documents"]
    assert [(d["kind"], d["shipment"]) for d in found] == [
        ("CIN", number),
        ("COO", number),
    ]


def _dhl_shipment() -> dict[str, Any]:
    party = {
        "postalAddress": {
            "postalCode": "69001",
            "cityName": "Lyon",
            "countryCode": "FR",
            "addressLine1": "1 rue Neuve",
        },
        "contactInformation": {
            "phone": "+33455500100",
            "companyName": "Shop",
            "fullName": "Ada",
        },
    }
    return {
        "plannedShippingDateAndTime": "2026-03-02T17:00:00 GMT+01:00",
        "pickup": {"isRequested": False},
        "productCode": "N",
        "customerDetails": {"shipperDetails": party, "receiverDetails": party},
        "content": {
            "packages": [
                {"weight": 1.5, "dimensions": {"length": 9, "width": 9, "height": 9}}
            ],
            "isCustomsDeclarable": False,
            "description": "Lamps",
            "incoterm": "DAP",
            "unitOfMeasurement": "metric",
        },
    }
