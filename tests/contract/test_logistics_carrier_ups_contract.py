"""Each request follows UPS's OpenAPI; each answer of it is understood."""

from __future__ import annotations

from dataclasses import replace

from carrier_case import CarrierContractCase, picture, samples
from vendor_contract import VendorContract

from odoo.addons.logistics_carrier.canonical import (
    TrackedParcel,
    TransportProof,
    TransportVoid,
)
from odoo.addons.logistics_core.errors import (
    AuthenticationFailed,
    Conflict,
    OutcomeUnknown,
    RateLimited,
    Rejected,
    RemoteUnavailable,
)

from partner_sandbox.dialects.ups import Ups

NUMBER = "1ZA1B2C31100000015"
OTHER = "1ZA1B2C31100000024"
POINT = replace(samples.PLAIN, access_point="U12345678")
DOMESTIC = replace(
    samples.EXPORT, ship_from=samples.US, customs=None, service="03", saturday=True
)
VOID = TransportVoid("OUT/00001", NUMBER, (NUMBER,))
PART = replace(VOID, tracking_numbers=(OTHER,), part=True)
KEYS = ("2026-03-02-09.30.00.000001", "2026-03-02-09.30.00.000002")
PAPERS = (
    replace(samples.INVOICE, content=None, external_id=KEYS[0]),
    replace(samples.ORIGIN, content=None, external_id=KEYS[1]),
)
PUSH = replace(samples.ATTACH, documents=PAPERS)
DELETE = replace(samples.UPLOAD, action="delete", documents=PAPERS[:1])
CANCEL = replace(samples.PICKUP, action="cancel", external_id="29290000001")
CHANGE = replace(samples.PICKUP, action="change", external_id="29290000001")
MONEY = {"CurrencyCode": "EUR", "MonetaryValue": "12.50"}
SHIP = ("_send_shipment", None, samples.PLAIN)
# Operation -> calls that lead to it: a method and its arguments after the backend.
CALLS = {
    "Rate": [
        ("_get_rates", samples.QUESTION),
        (
            "_get_rates",
            replace(
                samples.QUESTION,
                ship_to=samples.AUSTIN,
                insurance=samples.CUSTOMS.total,
                value=samples.CUSTOMS.total,
                signature="adult",
            ),
        ),
        (
            "_get_rates",
            replace(samples.QUESTION, ship_from=samples.US, ship_to=samples.AUSTIN),
        ),
    ],
    "Shipment": [
        SHIP,
        ("_send_shipment", None, samples.EXPORT),
        ("_send_shipment", None, replace(samples.EXPORT, documents=PAPERS)),
        ("_send_shipment", None, replace(samples.EXPORT, documents=PAPERS[1:])),
        ("_send_shipment", None, samples.DANGEROUS),
        ("_send_shipment", None, samples.RETURN),
        ("_send_shipment", None, samples.THIRD),
        ("_send_shipment", None, DOMESTIC),
        ("_send_shipment", None, POINT),
    ],
    "LabelRecovery": [("_lookup_shipment", None, samples.PLAIN)],
    "VoidShipment": [("_send_void", None, VOID), ("_send_void", None, PART)],
    "Upload": [
        ("_send_document", None, samples.UPLOAD),
        ("_send_document", None, replace(samples.UPLOAD, documents=(samples.ORIGIN,))),
    ],
    "PushToImageRepository": [
        ("_send_document", None, PUSH),
        ("_send_document", None, replace(PUSH, group_external_id=KEYS[1])),
    ],
    "Delete": [("_send_document", None, DELETE)],
    "getSingleTrackResponseUsingGET": [
        ("_track", [TrackedParcel(NUMBER)]),
        ("_send_proof", None, TransportProof("OUT/00001", NUMBER)),
        ("_lookup_void", None, VOID),
    ],
    "createAccountSubscription": [("_subscribe",)],
    "unsubscribeAccountSubscription": [("_unsubscribe",)],
    "Pickup Creation": [
        ("_send_pickup", None, samples.PICKUP),
        ("_send_pickup", None, CHANGE),
    ],
    "Pickup Cancel": [
        ("_send_pickup", None, CANCEL),
        ("_send_pickup", None, CHANGE),
    ],
    "Pickup Pending Status": [
        ("_lookup_pickup", None, samples.PICKUP),
        ("_test_connection",),
    ],
    "AddressValidation": [("_check_address", samples.AUSTIN.address)],
    "Locator": [("_find_access_points", samples.BERLIN.address)],
}


def label(number):
    image = {"ImageFormat": {"Code": "GIF"}, "GraphicImage": picture()}
    return {"TrackingNumber": number, "ShippingLabel": image}


def bought(*numbers):
    return {
        "ShipmentResponse": {
            "ShipmentResults": {
                "ShipmentIdentificationNumber": NUMBER,
                "ShipmentCharges": {"TotalCharges": MONEY},
                "PackageResults": [label(number) for number in numbers],
            }
        }
    }


def recovered(*numbers):
    image = {"LabelImageFormat": {"Code": "GIF"}, "GraphicImage": picture()}
    results = [{"TrackingNumber": n, "LabelImage": image} for n in numbers]
    # One entry may come without brackets.
    results = results[0] if len(results) == 1 else results
    return {
        "LabelRecoveryResponse": {
            "ShipmentIdentificationNumber": NUMBER,
            "LabelResults": results,
        }
    }


ACTIVITY = {
    "date": "20260302",
    "time": "101500",
    "gmtDate": "20260302",
    "gmtTime": "09:15:00",
    "gmtOffset": "+01:00",
    "location": {"address": {"city": "Berlin", "countryCode": "DE"}},
    "status": {"type": "D", "code": "FS", "description": "DELIVERED"},
}
PACKAGE = {
    "trackingNumber": NUMBER,
    "activity": [ACTIVITY],
    "deliveryInformation": {
        "receivedBy": "ADA",
        "signature": {"image": picture()},
        "pod": {"content": "PGh0bWw+"},
    },
}
LOCATION = {
    "AddressKeyFormat": {
        "ConsigneeName": "Corner",
        "AddressLine": "Street 1",
        "PoliticalDivision2": "Berlin",
        "PoliticalDivision1": "",
        "PostcodePrimaryLow": "10117",
        "CountryCode": "DE",
    },
    "Distance": {"Value": "0.4", "UnitOfMeasurement": {"Code": "MI"}},
    "AccessPointInformation": {"PublicAccessPointID": "U12345678"},
}
OK = {"Status": {"Code": "1", "Description": "Voided"}}
DONE = {"ResponseStatus": {"Code": "1", "Description": "Success"}}


class UpsContractCase(CarrierContractCase):
    base = "https://onlinetools.ups.com"
    token_path = "/security/v1/oauth/token"
    documented = {
        "Rate": (
            200,
            {
                "RateResponse": {
                    "RatedShipment": [
                        {
                            "Service": {"Code": "11"},
                            "TotalCharges": MONEY,
                            "NegotiatedRateCharges": {"TotalCharge": MONEY},
                        }
                    ]
                }
            },
        ),
        "LabelRecovery": (200, recovered(NUMBER)),
        "VoidShipment": (200, {"VoidShipmentResponse": {"SummaryResult": OK}}),
        "Upload": (
            200,
            {
                "UploadResponse": {
                    "Response": DONE,
                    "FormsHistoryDocumentID": {"DocumentID": [KEYS[0]]},
                }
            },
        ),
        "PushToImageRepository": (
            200,
            {
                "PushToImageRepositoryResponse": {
                    "Response": DONE,
                    "FormsGroupID": KEYS[1],
                }
            },
        ),
        "Delete": (200, {"DeleteResponse": {"Response": DONE}}),
        "getSingleTrackResponseUsingGET": (
            200,
            {"trackResponse": {"shipment": [{"package": [PACKAGE]}]}},
        ),
        "createAccountSubscription": (200, {"expiryDate": "9999-12-31"}),
        "unsubscribeAccountSubscription": (200, {"message": "Account unsubscribed"}),
        "Pickup Creation": (200, {"PickupCreationResponse": {"PRN": "29290000002"}}),
        "Pickup Cancel": (200, {"PickupCancelResponse": {"PickupType": "01"}}),
        "Pickup Pending Status": (
            200,
            {
                "PickupPendingStatusResponse": {
                    "PendingStatus": {
                        "PRN": "29290000009",
                        "ReferenceNumber": "PU/00001",
                    }
                }
            },
        ),
        "AddressValidation": (200, {"XAVResponse": {"NoCandidatesIndicator": ""}}),
        "Locator": (
            200,
            {"LocatorResponse": {"SearchResults": {"DropLocation": [LOCATION]}}},
        ),
    }

    @classmethod
    def setUpClass(cls):
        cls.documents = VendorContract(Ups)
        super().setUpClass()
        cls.backend.write(
            {
                "connector": "ups",
                "base_url": cls.base,
                "ups_client_id": "client",
                "ups_client_secret": "secret-1",
                "ups_account": "A1B2C3",
                "ups_alert_id": "ALERT1",
            }
        )
        cls.connector = cls.backend._get_connector()

    def answer_for(self, call):
        """Make the purchase's answer fit the parcels asked for."""
        instruction = call[-1]
        numbers = (NUMBER, OTHER)[: len(getattr(instruction, "parcels", ()))]
        if call[0] == "_send_shipment":
            self.answers["Shipment"] = (200, bought(*numbers))


class TestUpsContract(UpsContractCase):
    def test_each_operation_is_called_as_the_contract_says(self):
        for name, calls in CALLS.items():
            for call in calls:
                with self.subTest(name, method=call[0]):
                    self.seen.clear()
                    self.answer_for(call)
                    self.call(*call)
                    self.assertIn(name, self.seen)

    def test_every_documented_failure_has_its_place_on_the_ladder(self):
        body = {"response": {"errors": [{"code": "120500", "message": "No such"}]}}
        ladder = {
            400: Rejected,
            401: AuthenticationFailed,
            403: AuthenticationFailed,
            429: RateLimited,
            503: RemoteUnavailable,
        }
        for name, calls in CALLS.items():
            for status, expected in ladder.items():
                with self.subTest(name, status=status):
                    self.answer_for(calls[0])
                    call = calls[0]
                    if name in ("LabelRecovery", "Pickup Cancel") and status == 400:
                        continue  # see below
                    error = self.get_error(name, status, body, call)
                    self.assertIsInstance(error, expected)
                    self.assertIn("No such", str(error))
                    if status == 400:
                        self.assertEqual(error.code, "120500")

    def test_a_purchase_that_failed_at_ups_has_an_unknown_outcome(self):
        error = self.get_error("Shipment", 500, {}, SHIP)
        self.assertIsInstance(error, OutcomeUnknown)

    def test_a_purchase_answered_without_its_labels_is_looked_up(self):
        for body in ({}, bought(NUMBER, OTHER), bought()):
            error = self.get_error("Shipment", 200, body, SHIP)
            self.assertIsInstance(error, OutcomeUnknown)

    def test_only_the_words_of_absence_allow_to_buy_again(self):
        lookup = ("_lookup_shipment", None, samples.PLAIN)
        for message in ("No shipment found", "Label not found"):
            body = {"response": {"errors": [{"code": "1", "message": message}]}}
            self.answers["LabelRecovery"] = (400, body)
            self.assertIsNone(self.call(*lookup))
        body = {"response": {"errors": [{"code": "2", "message": "Bad account"}]}}
        self.assertIsInstance(
            self.get_error("LabelRecovery", 400, body, lookup), Rejected
        )
        empty = {"LabelRecoveryResponse": {"LabelResults": []}}
        self.answers["LabelRecovery"] = (200, empty)
        self.assertIsNone(self.call(*lookup))

    def test_several_shipments_of_a_reference_are_for_a_person(self):
        candidates = [{"TrackingNumber": NUMBER}, {"TrackingNumber": OTHER}]
        body = {"LabelRecoveryResponse": {"TrackingCandidate": candidates}}
        lookup = ("_lookup_shipment", None, samples.PLAIN)
        error = self.get_error("LabelRecovery", 200, body, lookup)
        self.assertIsInstance(error, Conflict)

    def test_a_void_of_a_part_is_no_void(self):
        packages = [
            {"TrackingNumber": NUMBER, **OK},
            {"TrackingNumber": OTHER, "Status": {"Code": "0"}},
        ]
        body = {"SummaryResult": OK, "PackageLevelResults": packages}
        error = self.get_error(
            "VoidShipment",
            200,
            {"VoidShipmentResponse": body},
            CALLS["VoidShipment"][0],
        )
        self.assertIn(OTHER, str(error))
        self.assertNotIn(NUMBER, str(error))

    def test_a_void_whose_code_ends_with_a_carriage_return_is_a_void(self):
        status = {"Status": {"Code": "1\r\n", "Description": "Voided\r"}}
        packages = [{"TrackingNumber": f"{NUMBER}\r", **status}]
        body = {"SummaryResult": status, "PackageLevelResults": packages}
        self.answers["VoidShipment"] = (200, {"VoidShipmentResponse": body})
        for call in CALLS["VoidShipment"]:
            self.call(*call)

    def test_a_parcel_ups_does_not_know_yet_has_no_events(self):
        self.answers["getSingleTrackResponseUsingGET"] = (404, {})
        self.assertEqual(self.call("_track", [TrackedParcel(NUMBER)]), [])

    def test_a_change_of_a_pickup_cancels_before_it_books(self):
        self.call("_send_pickup", None, CHANGE)
        self.assertEqual(self.seen, ["Pickup Cancel", "Pickup Creation"])

    def test_a_pickup_that_is_not_pending_any_more_is_cancelled(self):
        body = {"response": {"errors": [{"code": "1", "message": "Unknown PRN"}]}}
        self.answers["Pickup Cancel"] = (400, body)
        self.assertEqual(
            self.call("_send_pickup", None, CANCEL).external_id, "29290000001"
        )
        pending = {"PendingStatus": [{"PRN": "29290000001"}]}
        self.answers["Pickup Pending Status"] = (
            200,
            {"PickupPendingStatusResponse": pending},
        )
        with self.assertRaises(Rejected):
            self.call("_send_pickup", None, CANCEL)

    def test_a_lost_booking_is_found_by_our_reference(self):
        found = self.call("_lookup_pickup", None, samples.PICKUP)
        self.assertEqual(found.external_id, "29290000009")
        other = replace(samples.PICKUP, reference="PU/00002")
        self.assertIsNone(self.call("_lookup_pickup", None, other))

    def test_an_unknown_access_point_is_refused_before_anything_is_bought(self):
        other = replace(POINT, access_point="U99999999")
        with self.assertRaisesRegex(Rejected, "U99999999"):
            self.call("_send_shipment", None, other)
        self.assertNotIn("Shipment", self.seen)
