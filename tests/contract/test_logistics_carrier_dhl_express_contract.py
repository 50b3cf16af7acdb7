"""Each request follows MyDHL's OpenAPI; each answer of it is understood."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

from carrier_case import CarrierContractCase, samples
from vendor_contract import VendorContract

from odoo.addons.logistics_carrier.canonical import (
    DangerousGoods,
    TrackedParcel,
    TransportProof,
)
from odoo.addons.logistics_carrier.canonical.landed_cost import LandedCostRequest
from odoo.addons.logistics_carrier_dhl_express import const
from odoo.addons.logistics_core.errors import (
    AuthenticationFailed,
    Conflict,
    InvalidMessage,
    NotSupported,
    OutcomeUnknown,
    RateLimited,
    Rejected,
    RemoteUnavailable,
)

from partner_sandbox.dialects.dhl_express import DhlExpress
from partner_sandbox.dialects.dhl_express import const as played

WAYBILL = "1234567894"
PIECE = "JD014600006281230704"
OTHER = "JD014600006281230705"
BOOKING = "PRG260301000001"
PLAIN = replace(samples.PLAIN, service="U")
EXPORT = replace(samples.EXPORT, service="P")
DDP = replace(EXPORT, customs=replace(samples.CUSTOMS, incoterm="DDP"), saturday=True)
RETURN = replace(samples.RETURN, service="U")
THIRD = replace(samples.THIRD, service="U", label_format="PDF")
POINT = replace(PLAIN, access_point="BER001")
CANCEL = replace(samples.PICKUP, action="cancel", external_id=BOOKING)
CHANGE = replace(samples.PICKUP, action="change", external_id=BOOKING)
ICE = DangerousGoods(
    "1845", "Dry ice", "9", Decimal(2), "C62", net_weight=Decimal("2.5")
)
DANGEROUS = replace(
    samples.DANGEROUS,
    service="U",
    parcels=(
        samples.DANGEROUS.parcels[0],
        replace(samples.SMALL, dangerous_goods=(ICE,)),
    ),
)
# (UN number, service, content ID, statement) as the backend of the test has them.
AGREED = (
    ("1263", "HE", "910", "{packages} package PAINT"),
    ("1845", "HC", "901", False),
)
# A weight that floating point divides without a rest, as the checker does.
LAMP = replace(samples.LAMP, weight=Decimal("0.5"))
LANDED = LandedCostRequest(
    samples.LYON,
    samples.AUSTIN,
    (samples.BOX, samples.SMALL),
    "P",
    "EUR",
    "DDP",
    "sale",
    (LAMP, replace(LAMP, hs_code=None, sku=None, quantity=Decimal("1.5"))),
    insurance=samples.CUSTOMS.total,
)
SHIP = ("_send_shipment", None, PLAIN)
LOOKUP = ("_lookup_shipment", None, PLAIN)
PROOF = TransportProof("OUT/00001", PIECE, WAYBILL)
PAPERS = (samples.INVOICE, samples.ORIGIN)
ATTACH = replace(samples.ATTACH, shipment_external_id=WAYBILL)
UPLOAD = ("_send_document", None, ATTACH)
# Operation -> calls that lead to it: a method and its arguments after the backend.
CALLS = {
    "exp-api-rates-many": [
        ("_get_rates", samples.QUESTION),
        (
            "_get_rates",
            replace(
                samples.QUESTION,
                ship_to=samples.AUSTIN,
                value=samples.CUSTOMS.total,
                insurance=samples.CUSTOMS.total,
                signature="adult",
            ),
        ),
    ],
    "exp-api-shipments": [
        ("_send_shipment", None, case)
        for case in (PLAIN, EXPORT, DDP, RETURN, THIRD, POINT, DANGEROUS)
    ]
    + [
        ("_send_shipment", None, replace(case, documents=papers))
        for case in (EXPORT, DDP)
        for papers in (PAPERS, PAPERS[1:])
    ],
    "exp-api-shipments-img-upload": [UPLOAD],
    "exp-api-landed-cost": [("_get_landed_cost", LANDED)],
    "exp-api-shipments-tracking-multi": [LOOKUP],
    "exp-api-shipments-documentimage": [LOOKUP],
    "exp-api-shipments-tracking": [("_track", [TrackedParcel(PIECE, WAYBILL)])],
    "exp-api-shipments-epod": [("_send_proof", None, PROOF)],
    "exp-api-pickups": [("_send_pickup", None, samples.PICKUP)],
    "exp-api-pickups-update": [("_send_pickup", None, CHANGE)],
    "exp-api-pickups-cancel": [("_send_pickup", None, CANCEL)],
    "exp-api-address-validate": [
        ("_test_connection",),
        ("_check_address", samples.BERLIN.address),
    ],
    "exp-api-servicepoints": [("_find_access_points", samples.BERLIN.address)],
}


def bought(*numbers):
    document = {"imageFormat": "PDF", "content": "JVBERg==", "typeCode": "label"}
    return {
        "shipmentTrackingNumber": WAYBILL,
        "packages": [
            {"referenceNumber": n, "trackingNumber": number, "documents": [document]}
            for n, number in enumerate(numbers, 1)
        ],
        "documents": [{**document, "typeCode": "invoice"}],
        "shipmentCharges": [
            {"currencyType": "BASEC", "priceCurrency": "USD", "price": 99.0},
            {
                "currencyType": "BILLC",
                "priceCurrency": "EUR",
                "price": 20.0,
                "serviceBreakdown": [
                    {"name": "EXPRESS WORLDWIDE", "price": 17.0},
                    {"name": "FUEL SURCHARGE", "price": 3.0, "typeCode": "FF"},
                ],
            },
        ],
    }


EVENT = {
    "date": "2026-03-02",
    "time": "10:15:00",
    "GMTOffset": "+01:00",
    "typeCode": "OK",
    "description": "Delivered",
    "serviceArea": [{"code": "BER", "description": "Berlin-DE"}],
    "signedBy": "ADA",
}
TRACKED = {
    "shipmentTrackingNumber": WAYBILL,
    "shipperReferences": [{"value": "OUT/00001", "typeCode": "CU"}],
    "events": [EVENT],
    "pieces": [{"number": 1, "trackingNumber": PIECE, "events": []}],
}
POD = {"encodingFormat": "PDF", "content": "JVBERg==", "typeCode": "POD"}
LANDED_PRODUCT = {
    "totalPrice": [{"priceCurrency": "EUR", "price": 120}],
    "detailedPriceBreakdown": [{"priceCurrency": "EUR", "breakdown": []}],
}
PRODUCT = {
    "productCode": "U",
    "productName": "EXPRESS WORLDWIDE",
    "totalPrice": [
        {"currencyType": "BILLC", "priceCurrency": "EUR", "price": 20},
    ],
}
ADDRESS = {"countryCode": "DE", "postalCode": "10117", "cityName": "BERLIN"}


class TestDhlExpressContract(CarrierContractCase):
    base = "https://express.api.dhl.com/mydhlapi"
    documented = {
        "exp-api-rates-many": (200, {"products": [PRODUCT]}),
        "exp-api-landed-cost": (200, {"products": [LANDED_PRODUCT]}),
        "exp-api-shipments-tracking-multi": (200, {"shipments": [TRACKED]}),
        "exp-api-shipments-documentimage": (200, {"documents": [POD]}),
        "exp-api-shipments-tracking": (200, {"shipments": [TRACKED]}),
        "exp-api-shipments-img-upload": (200, None),
        "exp-api-shipments-epod": (200, {"documents": [POD]}),
        "exp-api-pickups": (201, {"dispatchConfirmationNumbers": [BOOKING]}),
        "exp-api-pickups-update": (200, {"dispatchConfirmationNumber": BOOKING}),
        "exp-api-pickups-cancel": (200, None),
        "exp-api-address-validate": (200, {"address": [ADDRESS]}),
        "exp-api-servicepoints": (200, {"servicePoints": [{"facilityId": "BER001"}]}),
    }

    @classmethod
    def setUpClass(cls):
        cls.documents = VendorContract(DhlExpress)
        super().setUpClass()
        cls.backend.write(
            {
                "connector": "dhl_express",
                "base_url": cls.base,
                "dhl_express_user": "user",
                "dhl_express_password": "secret-1",
                "dhl_express_account": "123456789",
            }
        )
        keys = ("un_number", "service", "content_id", "statement")
        for row in AGREED:
            cls.backend.dhl_express_dangerous_ids.create(
                {**dict(zip(keys, row, strict=True)), "backend_id": cls.backend.id}
            )
        cls.connector = cls.backend._get_connector()

    def answer_for(self, call):
        """Make the purchase's answer fit the parcels asked for."""
        count = len(getattr(call[-1], "parcels", ()))
        if call[0] == "_send_shipment":
            numbers = (PIECE, OTHER)[:count]
            self.answers["exp-api-shipments"] = (201, bought(*numbers))

    def test_each_operation_is_called_as_the_contract_says(self):
        for name, calls in CALLS.items():
            for call in calls:
                with self.subTest(name, method=call[0]):
                    self.seen.clear()
                    self.answer_for(call)
                    self.call(*call)
                    self.assertIn(name, self.seen)

    def test_every_documented_failure_has_its_place_on_the_ladder(self):
        body = {"detail": "Multiple problems", "additionalDetails": ["No such city"]}
        ladder = {
            401: AuthenticationFailed,
            422: Rejected,
            429: RateLimited,
            503: RemoteUnavailable,
        }
        for name, calls in CALLS.items():
            for status, expected in ladder.items():
                with self.subTest(name, status=status):
                    error = self.get_error(name, status, body, calls[0])
                    self.assertIsInstance(error, expected)
                    self.assertIn("No such city", str(error))

    def test_a_purchase_that_failed_at_dhl_has_an_unknown_outcome(self):
        for status, body in ((500, {}), (201, {}), (201, bought(PIECE, OTHER))):
            error = self.get_error("exp-api-shipments", status, body, SHIP)
            self.assertIsInstance(error, OutcomeUnknown)

    def test_the_price_is_the_billed_one(self):
        self.answer_for(SHIP)
        found = self.call(*SHIP).response
        self.assertEqual(
            (str(found.total.amount), found.total.currency), ("20.00", "EUR")
        )
        amounts = [(charge.code, str(charge.amount)) for charge in found.charges]
        self.assertEqual(amounts, [("BASE", "17.00"), ("FF", "3.00")])
        self.assertEqual([d.kind for d in found.documents], ["invoice"])

    def test_what_dhl_does_not_know_may_be_bought(self):
        self.answers["exp-api-shipments-tracking-multi"] = (404, {})
        self.assertIsNone(self.call(*LOOKUP))
        other = {**TRACKED, "shipperReferences": [{"value": "OUT/000012"}]}
        self.answers["exp-api-shipments-tracking-multi"] = (200, {"shipments": [other]})
        self.assertIsNone(self.call(*LOOKUP))

    def test_a_shipment_found_again_brings_its_waybill(self):
        found = self.call(*LOOKUP)
        self.assertEqual(found.external_id, WAYBILL)
        self.assertEqual(found.response.parcels[0].tracking_number, PIECE)
        self.assertEqual([d.kind for d in found.response.documents], ["label"])
        self.answers["exp-api-shipments-documentimage"] = (404, {})
        found = self.call(*LOOKUP)
        self.assertFalse(found.response.documents)
        self.assertIn("MyDHL+", found.note)

    def test_several_shipments_of_a_reference_are_for_a_person(self):
        body = {"shipments": [TRACKED, {**TRACKED, "shipmentTrackingNumber": "9"}]}
        name = "exp-api-shipments-tracking-multi"
        self.assertIsInstance(self.get_error(name, 200, body, LOOKUP), Conflict)
        body = {"shipments": [{**TRACKED, "pieces": []}]}
        self.assertIsInstance(self.get_error(name, 200, body, LOOKUP), InvalidMessage)

    def test_a_shipment_that_was_never_scanned_has_no_events(self):
        self.answers["exp-api-shipments-tracking"] = (404, {})
        self.assertEqual(self.call("_track", [TrackedParcel(PIECE, WAYBILL)]), [])

    def test_parcels_of_a_shipment_share_a_question(self):
        asked = [TrackedParcel(PIECE, WAYBILL), TrackedParcel(OTHER, WAYBILL)]
        envelopes = self.call("_track", asked)
        self.assertEqual(len(self.seen), 1)
        self.assertEqual([e.ordering_key for e in envelopes], [PIECE])

    def test_a_proof_that_is_not_there_yet_is_asked_for_later(self):
        for status, body in ((404, {}), (200, {"documents": []})):
            error = self.get_error(
                "exp-api-shipments-epod", status, body, ("_send_proof", None, PROOF)
            )
            self.assertIsInstance(error, RemoteUnavailable)
            self.assertTrue(error.retry_after)

    def test_a_pickup_that_is_gone_is_cancelled(self):
        self.answers["exp-api-pickups-cancel"] = (404, {})
        self.assertEqual(self.call("_send_pickup", None, CANCEL).external_id, BOOKING)

    def test_only_a_lost_booking_is_left_to_a_person(self):
        for pickup in (CHANGE, CANCEL):
            self.assertIsNone(self.call("_lookup_pickup", None, pickup))
        with self.assertRaises(NotSupported):
            self.call("_lookup_pickup", None, samples.PICKUP)

    def test_documents_are_uploaded_to_a_shipment_and_nothing_else(self):
        self.assertIsNone(self.call(*UPLOAD).external_id)
        self.assertIsNone(self.call("_lookup", None, ATTACH))
        for status, expected in ((404, Rejected), (500, OutcomeUnknown)):
            error = self.get_error("exp-api-shipments-img-upload", status, {}, UPLOAD)
            self.assertIsInstance(error, expected)
        for action in ("upload", "delete"):
            with self.assertRaises(NotSupported):
                self.call("_send_document", None, replace(ATTACH, action=action))
        with self.assertRaises(InvalidMessage):
            gone = replace(ATTACH, shipment_external_id=None)
            self.call("_send_document", None, gone)

    def test_a_place_dhl_does_not_know_is_told(self):
        for status in (400, 404):
            self.answers["exp-api-address-validate"] = (status, {"detail": "No way"})
            check = self.call("_check_address", samples.BERLIN.address)
            self.assertEqual(check.status, "invalid")
            self.assertIn("No way", check.messages[0])

    def test_dhl_s_own_example_of_a_landed_cost_is_understood(self):
        name = "nonDocInternationalShipmentLandedCostResponse"
        self.answers["exp-api-landed-cost"] = (200, self.documents.named_example(name))
        found = self.call("_get_landed_cost", replace(LANDED, currency="AUD"))
        self.assertEqual(
            (str(found.total.amount), found.total.currency), ("6078.22", "AUD")
        )
        sums = (found.goods, found.shipping, found.duties, found.taxes, found.fees)
        self.assertEqual(
            [str(amount) for amount in sums],
            ["5000.00", "455.30", "0.00", "534.92", "88.00"],
        )
        gst = next(charge for charge in found.charges if charge.name == "GST")
        self.assertEqual((gst.kind, gst.item), ("tax", 1))
        self.assertIn("Ballpark", found.warnings[0])

    def test_no_estimate_is_a_refusal_with_dhl_s_own_words(self):
        call = ("_get_landed_cost", LANDED)
        body = {"products": [], "warnings": ["200100: no rate for item 1"]}
        error = self.get_error("exp-api-landed-cost", 200, body, call)
        self.assertIsInstance(error, Rejected)
        self.assertIn("no rate for item 1", str(error))

    def test_goods_without_a_content_id_are_never_sent(self):
        self.backend.dhl_express_dangerous_ids.unlink()
        with self.assertRaisesRegex(InvalidMessage, "UN1263"):
            self.call("_send_shipment", None, DANGEROUS)
        self.assertFalse(self.seen)

    def test_each_checkpoint_of_the_reference_data_has_a_meaning_and_no_other(self):
        documented = set(_find_checkpoints(self.documents.document))
        self.assertIn("CC", documented)
        self.assertEqual(set(const.STATUSES), documented)
        self.assertLessEqual(
            {code for code, _ in played.CHECKPOINTS.values()}, documented
        )


def _find_checkpoints(data):
    """Yield the codes of the table of tracking events, wherever it stands."""
    if isinstance(data, dict):
        if data.get("attribute") == "eventTypeCode":
            yield data["value"]
        data = list(data.values())
    if isinstance(data, list):
        for item in data:
            yield from _find_checkpoints(item)
