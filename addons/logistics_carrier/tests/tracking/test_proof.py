"""Proofs of delivery: asked for when it is delivered, seen by few."""

import base64
from datetime import UTC, datetime

from odoo.exceptions import AccessError, UserError
from odoo.tests import new_test_user, tagged

from odoo.addons.logistics_core.errors import Rejected

from ...canonical import Document, ProofOfDelivery, TransportProof
from ..tracking_common import TrackingCase

PIXEL = (
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAA"
    "AABJRU5ErkJggg=="
)
ANSWER = ProofOfDelivery(
    tracking_number="T1",
    signed_by="A. Example",
    delivered_at=datetime(2026, 11, 3, 9, 30, tzinfo=UTC),
    documents=(
        Document("signature", "signature.png", "image/png", PIXEL),
        Document("photo", "door.png", "image/png", PIXEL),
        Document(
            "proof", "pod.pdf", "application/pdf", base64.b64encode(b"%PDF-").decode()
        ),
    ),
)


@tagged("post_install", "-at_install")
class TestProof(TrackingCase):
    def deliver(self):
        parcel = self.make_shipment("T1").parcel_ids
        self.tell(self.event("T1", "delivered", 1))
        self.drain()
        return parcel

    def test_a_delivered_parcel_gets_its_proof(self):
        with self.carrier("transport_proof", answers=[ANSWER]) as partner:
            parcel = self.deliver()
        [sent] = self.get_sent(partner)
        self.assertEqual(
            sent,
            TransportProof(
                reference=f"{parcel.shipment_id.name}/1",
                tracking_number="T1",
                shipment_external_id=parcel.shipment_id.external_id,
            ),
        )
        proof = parcel.proof_ids
        self.assertEqual((proof.state, proof.signed_by), ("received", "A. Example"))
        self.assertEqual(len(proof.attachment_ids), 3)
        self.assertEqual(proof.signature.decode(), PIXEL)
        self.assertEqual(proof.photo_id.name, "door.png")
        self.assertEqual(parcel.signed_by, "A. Example")
        self.assertFalse(any(proof.attachment_ids.mapped("public")))

    def test_a_carrier_without_proofs_is_not_asked(self):
        with self.carrier("webhook") as partner:
            parcel = self.deliver()
            with self.assertRaises(UserError):
                parcel.action_get_proof()
        self.assertFalse(partner.seen)
        self.assertFalse(parcel.proof_ids)

    def test_only_who_works_in_the_warehouse_sees_it(self):
        with self.carrier("transport_proof", answers=[ANSWER]):
            proof = self.deliver().proof_ids
        seller = new_test_user(
            self.env, "seller", groups="sales_team.group_sale_manager"
        )
        worker = new_test_user(
            self.env, "worker", groups="logistics_core.group_warehouse_user"
        )
        foreign = self.env["res.company"].create({"name": "Other company"})
        stranger = new_test_user(
            self.env,
            "stranger",
            groups="logistics_core.group_warehouse_user",
            company_id=foreign.id,
            company_ids=[(6, 0, foreign.ids)],
        )
        attachment = proof.signature_id
        self.assertTrue(attachment.with_user(worker).datas)
        for user in (seller, stranger, self.env.ref("base.public_user")):
            self.env.invalidate_all()
            with self.assertRaises(AccessError):
                attachment.with_user(user).read(["datas"])
        with self.assertRaises(AccessError):
            proof.parcel_id.with_user(seller).read(["proof_ids"])

    def test_it_can_be_asked_for_again_after_a_refusal(self):
        refusal = Rejected("not ready yet")
        with self.carrier("transport_proof", answers=[refusal, ANSWER]):
            parcel = self.deliver()
            self.assertEqual(parcel.proof_ids.state, "none")
            self.assertEqual(parcel.proof_ids.error, "not ready yet")
            parcel.action_get_proof()
            self.drain()
        self.assertEqual(parcel.proof_ids.state, "received")

    def test_it_is_asked_for_once_while_the_answer_is_due(self):
        with self.carrier("transport_proof", answers=[ANSWER]) as partner:
            parcel = self.make_shipment("T1").parcel_ids
            self.tell(self.event("T1", "in_transit", 1))
            parcel.status = "delivered"
            parcel.action_get_proof()
            parcel.action_get_proof()
            self.drain()
        self.assertEqual(len(partner.seen), 1)
