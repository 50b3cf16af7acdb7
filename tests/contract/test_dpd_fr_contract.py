"""Each request is of the WSDL's own types; each answer of them is understood."""

from __future__ import annotations

import base64
import sys
from pathlib import Path

import requests
from soap_document import SoapDocument
from vendor_contract import contracts_folder

from odoo.addons.logistics_carrier_dpd_fr import const
from odoo.addons.logistics_core.connectors import soap
from odoo.addons.logistics_core.errors import (
    AuthenticationFailed,
    Conflict,
    LogisticsError,
    NotSupported,
    OutcomeUnknown,
    Rejected,
    RemoteUnavailable,
)
from odoo.addons.logistics_core.tests.common import LogisticsCase

sys.path.insert(0, str(Path(__file__).parent.parent / "pure"))
import dpd_fr_samples as samples  # noqa: E402

BASE = "https://dpd.example.com/eprintwebservice.asmx"
NUMBER = "10774000248383"
# Operation -> the calls that lead to it.
CALLS = {
    "IsCustomerBlocked": [("_test_connection",)],
    "CreateShipmentWithLabelsBc": [
        ("_send_shipment", None, samples.PLAIN),
        ("_send_shipment", None, samples.PREDICT),
        ("_send_shipment", None, samples.RELAIS),
    ],
    "CreateMultiShipmentBc": [("_send_shipment", None, samples.MULTI)],
    "GetLabelBc": [("_send_shipment", None, samples.MULTI)],
    "CreateReverseInverseShipmentWithLabelsBc": [
        ("_send_shipment", None, samples.REVERSE)
    ],
    "CreateCollectionRequestBc": [("_send_shipment", None, samples.COLLECTION)],
    "GetShipping": [("_lookup_shipment", None, samples.PLAIN)],
    "GetShipmentBc": [("_lookup_shipment", None, samples.MULTI)],
    "TerminateShipment": [
        ("_send_void", None, samples.VOID),
        ("_lookup_void", None, samples.VOID),
    ],
    "TerminateCollectionRequestBc": [("_send_void", None, samples.VOID_COLLECTION)],
    "CreatePickupAtCustomerBc": [("_send_pickup", None, samples.PICKUP)],
}


def barcode(number=NUMBER, kind="EPRINT"):
    return (
        f"<ShipmentBc><Shipment><BarcodeId>{number}</BarcodeId>"
        "<BarcodeSource>902</BarcodeSource></Shipment>"
        f"<Type>{kind}</Type></ShipmentBc>"
    )


def label(content=b"^XA^XZ", kind="BIC3"):
    data = base64.b64encode(content).decode()
    return f"<Label><type>{kind}</type><label>{data}</label></Label>"


def shipping(number, reference):
    return (
        f"<Shipping><barcodeSource>902</barcodeSource><barcodeId>{number}</barcodeId>"
        f"<weight>1.2</weight><reference>{reference}</reference></Shipping>"
    )


def details(reference):
    return (
        f"<reference2>{reference}</reference2><shipperCenter>1</shipperCenter>"
        "<receiverCenter>2</receiverCenter><receiverTourNumber>3</receiverTourNumber>"
        "<Sin>4</Sin><IsPostman>false</IsPostman>"
    )


MULTI = "".join(map(barcode, ("1", "2", "3")))
# What is inside `<Operation>Result`; none for an empty answer.
RESULTS = {
    "IsCustomerBlocked": "false",
    "CreateShipmentWithLabelsBc": (
        f"<shipments>{barcode()}</shipments><labels>{label()}</labels>"
    ),
    "CreateMultiShipmentBc": f"<shipments>{MULTI}</shipments>",
    "GetLabelBc": f"<labels>{label()}</labels>",
    "CreateReverseInverseShipmentWithLabelsBc": (
        barcode(kind="REVERSE").replace("ShipmentBc", "Shipment")
        + f"<Labels>{label(kind='REVERSE')}</Labels>"
    ),
    "CreateCollectionRequestBc": (
        barcode("1", "COLLECTIONREQUEST") + barcode("2", "COLLECTIONREQUEST")
    ),
    "GetShipping": f"<shippings>{shipping(NUMBER, 'SHP/1')}</shippings>",
    "GetShipmentBc": details("P1"),
    "TerminateShipment": None,
    "TerminateCollectionRequestBc": None,
    "CreatePickupAtCustomerBc": "<Sin>88001</Sin>",
}
FAULT = (
    "<soap:Fault><faultcode>soap:Server</faultcode><faultstring>{}</faultstring>"
    "</soap:Fault>"
)


class TestDpdFrContract(LogisticsCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = contracts_folder() / "dpd_france"
        cls.contract = SoapDocument(cls.folder / "service.wsdl")
        super().setUpClass()
        soap._documents.clear()
        cls.addClassCleanup(soap._documents.clear)
        cls.backend.write(
            {
                "connector": "dpd_fr",
                "base_url": BASE,
                "dpd_fr_user": "ada",
                "dpd_fr_password": "soap-secret-1",
                "dpd_fr_center": 77,
                "dpd_fr_customer": 18028,
            }
        )
        cls.connector = cls.backend._get_connector()

    @classmethod
    def _request_handler(cls, session, request, /, **kw):
        if request.method == "GET":
            assert request.url == f"{BASE}?wsdl"
            return cls.respond(request, 200, cls.contract.raw)
        assert request.url == BASE
        name = cls.contract.check(request.headers["SOAPAction"], request.body)
        cls.seen.append(name)
        cls.bodies.append(request.body.decode())
        assert "soap-secret-1" in request.body.decode()
        status, body = cls.answers.get(name) or (200, None)
        if body is None:
            body = cls.get_body(name)
            cls.contract.check_answer(body.encode())
        return cls.respond(request, status, body.encode())

    @classmethod
    def respond(cls, request, status, content):
        response = requests.Response()
        response.status_code, response.request = status, request
        response.headers["Content-Type"] = "text/xml; charset=utf-8"
        response._content, response._content_consumed = content, True
        response.encoding = "utf-8"
        return response

    @classmethod
    def get_body(cls, name):
        """Return the answer of an operation, with what the test has put in."""
        result = cls.results.get(name, RESULTS[name])
        if isinstance(result, list):
            result = result.pop(0)
        inner = "" if result is None else f"<{name}Result>{result}</{name}Result>"
        return envelope(
            f'<{name}Response xmlns="{const.NAMESPACE}">{inner}</{name}Response>'
        )

    def setUp(self):
        super().setUp()
        cls = type(self)
        cls.seen, cls.bodies, cls.answers, cls.results = [], [], {}, {}

    def call(self, call):
        method, *arguments = call
        return getattr(self.connector, method)(self.backend, *arguments)

    def prepare(self, name):
        """Let the partner have what a lookup of several parcels asks for."""
        if name == "GetShipmentBc":
            rows = "".join(shipping(n, "SHP/1") for n in ("3", "1", "2", "9"))
            self.results["GetShipping"] = f"<shippings>{rows}</shippings>"
            names = ("P3", "P1", "P2", "other")
            self.results["GetShipmentBc"] = [details(name) for name in names]

    def get_failure(self, name, status, body):
        self.answers[name] = (status, body)
        self.prepare(name)
        try:
            self.call(CALLS[name][0])
        except LogisticsError as error:
            return error
        finally:
            self.answers.clear()
        raise AssertionError(f"{name} took {status} for success")

    def test_each_operation_is_called_as_the_contract_says(self):
        for name, calls in CALLS.items():
            for call in calls:
                with self.subTest(name, call=call[0]):
                    self.seen.clear()
                    self.prepare(name)
                    self.call(call)
                    self.results.clear()
                    self.assertIn(name, self.seen)

    def test_recorded_exchange_is_understood(self):
        body = (self.folder / "recorded_1_response.xml").read_text()
        self.answers["CreateShipmentWithLabelsBc"] = (200, body)
        result = self.connector._send_shipment(self.backend, None, samples.PLAIN)
        (parcel,) = result.response.parcels
        self.assertEqual(parcel.tracking_number, NUMBER)
        self.assertEqual(parcel.external_id, f"EPRINT/902/{NUMBER}")
        zpl = base64.b64decode(parcel.label.content)
        self.assertTrue(zpl.startswith(b"^XA"))
        self.assertTrue(zpl.strip().endswith(b"^XZ"))

    def test_recorded_request_and_ours_have_the_same_shape(self):
        recorded = (self.folder / "recorded_1_request.xml").read_bytes()
        recorded = recorded.replace(b">xxxx<", b">1<")  # numbers, masked
        action = f"{const.NAMESPACE}/CreateShipmentWithLabelsBc"
        name = self.contract.check(action, recorded)
        self.assertEqual(name, "CreateShipmentWithLabelsBc")

    def test_fault_is_a_refusal_in_dpd_s_words(self):
        for name in CALLS:
            error = self.get_failure(name, 500, envelope(FAULT.format("Bad zip code")))
            after_purchase = name == "GetLabelBc"
            with self.subTest(name):
                kind = OutcomeUnknown if after_purchase else Rejected
                self.assertIsInstance(error, kind)
                self.assertIn("Bad zip code", str(error))

    def test_fault_about_access_is_about_credentials(self):
        for text in ("Authentication failed", "Permission denied"):
            body = envelope(FAULT.format(text))
            error = self.get_failure("CreateShipmentWithLabelsBc", 500, body)
            self.assertIsInstance(error, AuthenticationFailed)

    def test_answer_that_says_nothing_is_looked_up(self):
        for name in ("CreateShipmentWithLabelsBc", "CreateMultiShipmentBc"):
            empty = f'<{name}Response xmlns="{const.NAMESPACE}"/>'
            error = self.get_failure(name, 200, envelope(empty))
            self.assertIsInstance(error, OutcomeUnknown)
            self.assertIsInstance(self.get_failure(name, 200, "<x"), OutcomeUnknown)
            self.assertIsInstance(
                self.get_failure(name, 503, "<html/>"), RemoteUnavailable
            )

    def test_missing_credentials_are_told_before_anything_is_sent(self):
        self.backend.dpd_fr_password = False
        with self.assertRaises(AuthenticationFailed):
            self.call(CALLS["IsCustomerBlocked"][0])
        self.backend.dpd_fr_customer = 0
        with self.assertRaisesRegex(AuthenticationFailed, "customer number"):
            self.call(CALLS["IsCustomerBlocked"][0])
        self.assertFalse(self.seen)

    def test_blocked_customer_fails_the_test(self):
        self.results["IsCustomerBlocked"] = "true"
        with self.assertRaises(AuthenticationFailed):
            self.connector._test_connection(self.backend)

    # Shipments

    def test_parcels_of_one_shipment_have_a_label_each(self):
        result = self.connector._send_shipment(self.backend, None, samples.MULTI)
        parcels = result.response.parcels
        self.assertEqual([p.tracking_number for p in parcels], ["1", "2", "3"])
        self.assertTrue(all(parcel.label for parcel in parcels))
        self.assertEqual(self.seen.count("GetLabelBc"), 3)

    def test_collection_has_numbers_and_no_label(self):
        result = self.connector._send_shipment(self.backend, None, samples.COLLECTION)
        first = result.response.parcels[0]
        self.assertEqual(first.external_id, "COLLECTIONREQUEST/902/1")
        self.assertIsNone(first.label)

    def test_return_label_is_one(self):
        result = self.connector._send_shipment(self.backend, None, samples.REVERSE)
        self.assertEqual(result.response.parcels[0].label.kind, "return_label")

    def test_what_was_bought_is_found_by_our_reference(self):
        result = self.connector._lookup_shipment(self.backend, None, samples.PLAIN)
        self.assertEqual(self.seen, ["GetShipping", "GetLabelBc"])
        self.assertEqual(result.response.parcels[0].tracking_number, NUMBER)

    def test_parcels_are_found_again_in_our_order(self):
        self.prepare("GetShipmentBc")
        result = self.connector._lookup_shipment(self.backend, None, samples.MULTI)
        numbers = [p.tracking_number for p in result.response.parcels]
        self.assertEqual(numbers, ["1", "2", "3"])

    def test_shipment_that_is_not_listed_is_left_to_a_person(self):
        self.results["GetShipping"] = ""
        with self.assertRaises(NotSupported):
            self.connector._lookup_shipment(self.backend, None, samples.PLAIN)
        self.assertEqual(self.seen, ["GetShipping"])

    def test_two_shipments_of_one_reference_are_a_conflict(self):
        rows = shipping("1", "SHP/1") + shipping("2", "SHP/1")
        self.results["GetShipping"] = f"<shippings>{rows}</shippings>"
        self.results["GetShipmentBc"] = [details("P1"), details("P1")]
        with self.assertRaises(Conflict):
            self.connector._lookup_shipment(self.backend, None, samples.PLAIN)

    # Void and pickup

    def test_refused_second_end_tells_nothing_of_the_first(self):
        self.answers["TerminateShipment"] = (500, envelope(FAULT.format("Unknown")))
        with self.assertRaises(NotSupported):
            self.connector._lookup_void(self.backend, None, samples.VOID)

    def test_pickup_has_its_number(self):
        result = self.connector._send_pickup(self.backend, None, samples.PICKUP)
        self.assertEqual(result.external_id, "88001")
        self.assertIn("<ns0:string>10774000248384</ns0:string>", self.bodies[-1])

    def test_labels_come_in_the_formats_of_the_wsdl(self):
        self.assertEqual(set(const.LABEL_TYPES), set(self.connector._label_formats))


def envelope(content):
    return (
        '<soap:Envelope xmlns:soap="http://schemas.xmlsoap.org/soap/envelope/">'
        f"<soap:Body>{content}</soap:Body></soap:Envelope>"
    )
