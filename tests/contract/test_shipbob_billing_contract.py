"""ShipBob's billing: what is asked follows its OpenAPI, what it admits is read."""

from __future__ import annotations

import json
from decimal import Decimal
from urllib.parse import parse_qsl, urlsplit

import requests
import shipbob_document
from test_shipbob_contract import BASE

from odoo.addons.logistics_core.connectors import json as json_connector
from odoo.addons.logistics_core.engine.poll.run import PollRun
from odoo.addons.logistics_core.errors import AuthenticationFailed, RemoteUnavailable
from odoo.addons.logistics_wms.tests.common import WmsCase
from odoo.addons.logistics_wms_shipbob import const as shipbob
from odoo.addons.logistics_wms_shipbob_carrier import const, translator

INVOICES = "get-invoices"
TRANSACTIONS = "get-transactions-by-invoice-id"


class TestShipbobBillingContract(WmsCase):
    """`self.asked`: (operation, path, query) of each request, checked strictly."""

    @classmethod
    def setUpClass(cls):
        cls.contract = shipbob_document.read()
        super().setUpClass()
        cls.backend.write(
            {"connector": "shipbob", "base_url": BASE, "shipbob_token": "pat-secret-1"}
        )
        cls.connector = cls.backend._get_connector()

    def setUp(self):
        super().setUp()
        type(self).asked, type(self).pages, type(self).status = [], {}, 200

    @classmethod
    def _request_handler(cls, session, request, /, **kw):
        name = cls.contract.check(request, BASE)
        parts = urlsplit(request.url)
        assert f"{parts.scheme}://{parts.netloc}" == BASE
        query = dict(parse_qsl(parts.query))
        cls.asked.append((name, parts.path, query))
        pages = cls.pages[name]
        response = requests.Response()
        response.status_code, response.request = cls.status, request
        page = pages.pop(0) if len(pages) > 1 else pages[0]
        response._content = json.dumps(page).encode()
        response._content_consumed = True
        return response

    def example(self, name, **values):
        """Return what a schema admits, all its fields filled."""
        return {**self.contract.example(self.contract.schema(name)), **values}

    def invoice(self, **values):
        told = {"invoice_date": "2026-03-02", "currency_code": "USD", "amount": 2.5}
        return self.example("Billing.InvoiceDtoV3", **{**told, **values})

    def transaction(self, **values):
        told = {"currency_code": "USD", "amount": 2.5, "taxes": None}
        return self.example("Billing.TransactionDtoV3", **{**told, **values})

    def answer(self, invoices, *transactions):
        """Say what is listed; a list of pages names its links itself."""
        type(self).pages = {
            INVOICES: [{"items": invoices, "next": None}],
            TRANSACTIONS: list(transactions) or [{"items": [], "next": None}],
        }

    def poll(self, cursor="2026-03-01"):
        self.poll_run = PollRun(const.POLL, cursor)
        return list(self.connector._poll(self.backend, self.poll_run))

    def test_invoices_are_asked_for_as_documented(self):
        self.answer([self.invoice()], {"items": [self.transaction()]})
        (envelope,) = self.poll()
        (first, path, query), (second, other, _query) = self.asked
        self.assertEqual((first, second), (INVOICES, TRANSACTIONS))
        self.assertEqual(path, f"{shipbob.VERSION}/invoices")
        self.assertEqual(other, f"{shipbob.VERSION}/invoices/3/transactions")
        self.assertEqual(query["FromDate"], "2026-02-22T00:00:00Z")
        self.assertIn(query["SortOrder"], ("Ascending", "Descending"))
        self.assertTrue(1 <= int(query["PageSize"]) <= 1000)
        self.assertEqual(self.poll_run.next_cursor, "2026-03-02")
        self.assertEqual(envelope.correlation_id, "3")

    def test_the_first_poll_goes_back_a_month(self):
        self.answer([])
        self.assertFalse(self.poll(None))
        self.assertTrue(self.asked[0][2]["FromDate"])
        self.assertTrue(self.poll_run.next_cursor)

    def test_what_the_schemas_admit_is_understood(self):
        for kind in self.contract.schema("BillingTransactionDtoV3ReferenceType")[
            "enum"
        ]:
            with self.subTest(kind):
                transaction = self.transaction(reference_type=kind)
                self.answer([self.invoice()], {"items": [transaction]})
                (envelope,) = self.poll()
                invoice = translator.from_invoice(envelope.payload)
                self.assertEqual(invoice.total, Decimal("2.5"))
                self.assertEqual(invoice.lines[0].amount, Decimal("2.5"))

    def test_what_may_be_null_is_not_needed(self):
        schema = self.contract.schema("Billing.TransactionDtoV3")
        empty = dict.fromkeys(schema["properties"])
        self.answer([self.invoice(amount=0)], {"items": [empty]})
        (envelope,) = self.poll()
        (line,) = translator.from_invoice(envelope.payload).lines
        self.assertEqual((line.amount, line.category), (0, "other"))
        for page in ({"items": None}, {"items": None, "next": None}, {}):
            self.answer([self.invoice()], page)
            self.assertEqual(len(self.poll()), 1)

    def test_every_kind_of_invoice_and_fee_of_the_contract_is_known(self):
        kinds = set(self.contract.schema("BillingInvoiceDtoV3InvoiceType")["enum"])
        self.assertLessEqual(const.NO_BILLS, kinds)
        self.assertLessEqual(const.INVOICE_CATEGORY.keys(), kinds)
        fees = self.contract.schema("BillingTransactionFeeModelV3FeeListItems")["enum"]
        told = {*const.FREIGHT_FEES, *const.FEE_CATEGORY, const.REVERSAL}
        self.assertLessEqual(told, set(fees))
        types = self.contract.schema("BillingTransactionDtoV3TransactionType")["enum"]
        self.assertLessEqual(const.CREDITS, set(types))
        about = self.contract.schema("BillingTransactionDtoV3ReferenceType")["enum"]
        self.assertLessEqual({const.SHIPMENT, *const.REFERENCE_CATEGORY}, set(about))
        for name, schema in (
            (const.INVOICE_FIELDS, "Billing.InvoiceDtoV3"),
            (const.TRANSACTION_FIELDS, "Billing.TransactionDtoV3"),
        ):
            self.assertLessEqual(
                set(name), self.contract.schema(schema)["properties"].keys()
            )

    def test_pages_are_followed_by_their_token(self):
        one, two = (self.transaction(transaction_id=key) for key in "ab")
        self.answer(
            [self.invoice(amount=5)],
            {"items": [one], "next": "the+token="},
            {"items": [one, two], "next": None},
        )
        (envelope,) = self.poll()
        self.assertEqual(self.asked[-1][2], {"Cursor": "the+token="})
        self.assertEqual(len(translator.from_invoice(envelope.payload).lines), 2)

    def test_a_link_to_another_host_is_not_followed(self):
        link = "https://evil.example/2026-01/invoices?Cursor=abc"
        self.answer([])
        self.pages[INVOICES].insert(0, {"items": [], "next": link})
        self.assertFalse(self.poll())
        self.assertEqual(self.asked[-1][2], {"Cursor": "abc"})

    def test_a_list_without_end_is_given_up(self):
        self.patch(json_connector, "MAX_PAGES", 3)
        self.answer([])
        self.pages[INVOICES] = [{"items": [], "next": "again"}]
        with self.assertRaisesRegex(RemoteUnavailable, "does not end"):
            self.poll()
        self.assertEqual(len(self.asked), 3)

    def test_a_refusal_keeps_the_cursor(self):
        self.answer([self.invoice()])
        type(self).status = 403
        with self.assertRaises(AuthenticationFailed):
            self.poll()
        self.assertIsNone(self.poll_run.next_cursor)
