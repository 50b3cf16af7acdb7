import time
from pathlib import Path

from odoo.tests import tagged

from ..connectors import soap
from ..envelope import SendResult
from ..errors import (
    AuthenticationFailed,
    ConnectionFailed,
    InvalidMessage,
    OutcomeUnknown,
    RateLimited,
    Rejected,
    RemoteUnavailable,
)
from .common import Fact
from .local_partner import Reply, free_port
from .test_http import TOKEN, HttpPartnerCase

WSDL = Path(__file__).parent / "soap" / "orders.wsdl"
XML = {"Content-Type": "text/xml; charset=utf-8"}
BINDING = "{urn:test:orders}OrdersBinding"
ENVELOPE = (
    '<s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/"><s:Body>{}'
    "</s:Body></s:Envelope>"
)
CREATED = ENVELOPE.format(
    '<CreateResponse xmlns="urn:test:orders"><OrderId>77</OrderId></CreateResponse>'
)
FAULT = ENVELOPE.format(
    "<s:Fault><faultcode>s:Client</faultcode><faultstring>No such article"
    "</faultstring></s:Fault>"
)
BOMB = (
    '<!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;"><!ENTITY c "&b;&b;">]>'
    + CREATED.replace("77", "&c;")
)
READS_FILE = '<!DOCTYPE x [<!ENTITY f SYSTEM "file:///etc/passwd">]>' + CREATED.replace(
    "77", "&f;"
)


@tagged("post_install", "-at_install")
class TestSoap(HttpPartnerCase):
    def setUp(self):
        super().setUp()
        soap._documents.clear()

    def call(self, **values):
        connector = self.backend._get_connector()
        client = connector._get_soap_client(self.backend, str(WSDL))
        service = client.create_service(BINDING, self.partner.url + "/api/soap")
        values = {
            "UserName": "ada",
            "Password": "soap-secret",
            "Reference": "O-1",
            "Quantity": 2,
            **values,
        }
        return connector._call_soap(service.Create, **values)

    def failing(self, expected, **values):
        with self.assertRaises(expected) as caught:
            self.call(**values)
        self.assertIs(type(caught.exception), expected)
        return caught.exception

    def test_a_call_goes_out_and_its_answer_is_read(self):
        self.partner.will(Reply(body=CREATED, headers=XML))
        self.assertEqual(self.call(), 77)
        seen = self.partner.seen[0]
        self.assertEqual((seen.method, seen.path), ("POST", "/api/soap"))
        self.assertIn(b"<ns0:Reference>O-1</ns0:Reference>", seen.body)
        self.assertEqual(seen.headers["Authorization"], f"Bearer {TOKEN}")
        self.assertIn("urn:test:orders/Create", seen.headers["SOAPAction"])

    def test_a_fault_is_a_refusal_with_the_partners_words(self):
        for status in (500, 400, 200):
            self.partner.will(Reply(status, FAULT, headers=XML))
            error = self.failing(Rejected)
            self.assertEqual(
                (str(error), error.code), ("No such article", "s:Client"), status
            )

    def test_a_status_without_a_fault_has_its_place_on_the_ladder(self):
        for reply, expected in (
            (Reply(401, "no"), AuthenticationFailed),
            (Reply(401, CREATED, headers=XML), AuthenticationFailed),
            (Reply(429, "slow", headers={"Retry-After": "5"}), RateLimited),
            (Reply(503, "<html>", headers={"Content-Type": "text/html"}), None),
            (Reply(500, "oops"), OutcomeUnknown),
            (Reply(302, headers={"Location": "/login"}), Rejected),
        ):
            self.partner.will(reply)
            self.failing(expected or RemoteUnavailable)

    def test_a_document_type_in_the_answer_is_refused(self):
        for body in (BOMB, READS_FILE, "<!DOCTYPE x>" + CREATED):
            self.partner.will(Reply(body=body, headers=XML))
            error = self.failing(OutcomeUnknown)
            self.assertNotIn("root:", str(error))

    def test_an_answer_that_is_no_soap_leaves_the_outcome_unknown(self):
        for body in ("", "not xml", CREATED[:-30]):
            with self.subTest(body=body):
                self.partner.will(Reply(body=body, headers=XML))
                self.failing(OutcomeUnknown)

    def test_an_answer_that_would_cost_much_leaves_the_outcome_unknown(self):
        parts = {"Content-Type": "multipart/related; boundary=x; charset=idna"}
        for body, headers in (
            (CREATED.replace("77", "<a/>" * 300_000), XML),
            (CREATED.replace("77", "<a>" * 5000 + "</a>" * 5000), XML),
            (f'<?xml version="1.0" encoding="UTF-7"?>{CREATED}', XML),
            ("--x\r\n\r\n" + CREATED[:-30] + "\r\n--x--", parts),
            ("no parts at all", parts),
            ("--x--", parts),
        ):
            with self.subTest(body=body[:40]):
                self.partner.will(Reply(body=body, headers=headers))
                self.failing(OutcomeUnknown)

    def test_a_silent_or_broken_connection(self):
        self.backend.timeout = 1
        self.partner.will(Reply(hang=3), Reply(cut=True))
        self.failing(OutcomeUnknown)
        self.failing(OutcomeUnknown)
        self.backend.base_url = f"http://127.0.0.1:{free_port()}/api"
        with self.assertRaises(InvalidMessage):
            self.call()  # the service is at another host than the backend

    def test_nobody_there_was_never_sent(self):
        port = free_port()
        self.backend.base_url = f"http://127.0.0.1:{port}/api"
        connector = self.backend._get_connector()
        client = connector._get_soap_client(self.backend, str(WSDL))
        service = client.create_service(BINDING, f"http://127.0.0.1:{port}/api")
        with self.assertRaises(ConnectionFailed):
            connector._call_soap(
                service.Create, UserName="a", Password="b", Reference="c", Quantity=1
            )

    def test_arguments_that_do_not_fit_are_never_sent(self):
        self.failing(InvalidMessage, Quantity=None)
        self.assertFalse(self.partner.seen)

    def test_calls_go_to_the_backends_host_only(self):
        connector = self.backend._get_connector()
        client = connector._get_soap_client(self.backend, str(WSDL))
        with self.assertRaises(InvalidMessage):
            connector._call_soap(
                client.service.Create,
                UserName="a",
                Password="b",
                Reference="c",
                Quantity=1,
            )

    def test_a_wsdl_of_the_partner_is_read_once(self):
        text = WSDL.read_text().replace("http://partner.invalid", self.partner.url)
        self.partner.will(Reply(body=text, headers=XML))
        connector = self.backend._get_connector()
        for _n in range(2):
            url = self.partner.url + "/api/orders.wsdl"
            client = connector._get_soap_client(self.backend, url)
        self.assertEqual(len(self.partner.seen), 1)
        self.partner.will(Reply(body=CREATED, headers=XML))
        call = client.service.Create
        order = connector._call_soap(
            call, UserName="a", Password="b", Reference="c", Quantity=1
        )
        self.assertEqual(order, 77)

    def test_a_hostile_wsdl_is_refused(self):
        text = WSDL.read_text()
        target = "<types>"
        connector = self.backend._get_connector()
        url = self.partner.url + "/api/orders.wsdl"
        for hostile in (
            text.replace("<definitions", "<!DOCTYPE x><definitions", 1),
            text.replace(
                target, '<import namespace="u" location="http://a.invalid/"/>'
            ),
            text.replace(
                target, '<import namespace="u" location="/etc/passwd"/>' + target
            ),
            text.replace(
                target, '<import namespace="u" location="file:///etc/passwd"/>' + target
            ),
            "nothing",
        ):
            self.partner.will(Reply(body=hostile, headers=XML))
            with self.assertRaises(InvalidMessage) as caught:
                connector._get_soap_client(self.backend, url)
            self.assertNotIn("root:", str(caught.exception))
        self.assertEqual(
            {seen.path for seen in self.partner.seen}, {"/api/orders.wsdl"}
        )

    def test_a_session_that_spoke_soap_still_reads_no_file(self):
        self.partner.will(Reply(body=CREATED, headers=XML))
        self.call()
        self.assertNotIn(
            "file://", self.backend._get_connector()._get_session(self.backend).adapters
        )

    def test_no_password_of_a_body_is_in_an_attempt(self):
        def send(connector, backend, message, canonical):
            return SendResult(external_id=str(self.call()))

        self.partner.will(Reply(body=CREATED, headers=XML))
        message = self.env["logistics.message"]._enqueue(
            self.backend,
            Fact("a"),
            record=self.env.user.partner_id,
            ordering_key="K1",
            external_id=f"o{time.monotonic_ns()}",
        )
        with self.handling(), self.scripted(_send=send):
            self.drain()
        attempt = message.attempt_ids
        self.assertEqual((message.state, attempt.status), ("done", 200))
        self.assertIn("O-1", attempt.request)
        self.assertIn("77", attempt.response)
        self.assertNotIn("soap-secret", attempt.request)
        self.assertNotIn(TOKEN, attempt.request)
