"""Deliveries that cross a customs border with documents of our own."""

import base64

from odoo.addons.logistics_core.envelope import SendResult

from ..canonical import DocumentRules, TransportDocument, TransportInstruction
from .carrier_common import CarrierCase, make_pdf

# A carrier that wants documents before the label.
FIRST = DocumentRules(
    kinds=frozenset({"commercial_invoice", "certificate_of_origin"}),
    formats=frozenset({"pdf"}),
    max_bytes=5000,
    max_count=2,
    uploads_first=True,
)


class DocumentCase(CarrierCase):
    """`self.answers`: {action: errors to raise, one for each attempt}."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.method.logistics_incoterm_id = cls.env["account.incoterms"].search(
            [("code", "=", "DAP")], limit=1
        )
        cls.swiss = cls.make_customer(
            city="Zürich", zip="8001", country_id=cls.env.ref("base.ch").id
        )
        cls.declared = cls.make_product(
            "Kettle 7",
            weight=0.5,
            hs_code="8516.79",
            country_of_origin=cls.env.ref("base.pt").id,
            logistics_customs_description="Electric kettle",
        )
        cls.content = make_pdf()

    def setUp(self):
        super().setUp()
        self.answers = {}

    def make_export(self, *kinds):
        """Return a delivery to Switzerland with documents of these kinds."""
        delivery = self.make_delivery(self.declared, customer=self.swiss)
        self.attach(delivery, *kinds)
        return delivery

    def attach(self, delivery, *kinds, name="paper.pdf", content=None):
        return self.env["logistics.customs.document"].create(
            [
                {
                    "picking_id": delivery.id,
                    "kind": kind,
                    "file": base64.b64encode(content or self.content),
                    "file_name": name,
                }
                for kind in kinds
            ]
        )

    def carry(self, backend=None):
        """Answer what is in the outbox; uploads get the keys DOC1, DOC2, ..."""

        def send(connector, backend, message, canonical):
            self.asked.append(canonical)
            action = getattr(canonical, "action", canonical.message_type)
            if self.answers.get(action):
                error = self.answers[action].pop(0)
                if error:
                    raise error
            if isinstance(canonical, TransportInstruction):
                return SendResult(response=self.confirm(canonical))
            count = len([m for m in self.asked if getattr(m, "action", "") == action])
            key = {"upload": f"DOC{count}", "attach": f"GROUP{count}"}.get(action)
            return SendResult(key)

        with self.scripted(_send=send):
            self.drain(backend)

    def again(self):
        waiting = self.env["logistics.message"].search(
            [("state", "in", ("retrying", "deferred"))]
        )
        waiting.next_attempt_at = False
        self.carry()

    def papers(self, action):
        """Return the messages about documents that the carrier got."""
        found = [m for m in self.asked if isinstance(m, TransportDocument)]
        return [m for m in found if m.action == action]

    def rules(self, rules):
        return self.scripted(_get_document_rules=lambda connector, backend: rules)

    def labelled(self, *kinds):
        delivery = self.make_export(*kinds)
        delivery.action_logistics_buy()
        self.carry()
        return delivery
