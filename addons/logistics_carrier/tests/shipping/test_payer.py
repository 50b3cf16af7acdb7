"""Who pays the carrier, and from which account."""

from odoo.exceptions import UserError
from odoo.tests import tagged

from ..carrier_common import CarrierCase


@tagged("post_install", "-at_install")
class TestPayer(CarrierCase):
    def setUp(self):
        super().setUp()
        self.method.logistics_payer = "recipient"

    def make_account(self, partner, number, **values):
        return self.env["logistics.payer.account"].create(
            {
                "partner_id": partner.id,
                "backend_id": self.backend.id,
                "account": number,
                **values,
            }
        )

    def get_billing(self, delivery):
        delivery.action_logistics_buy()
        self.carry()
        return self.asked[-1].billing

    def test_a_recipient_pays_from_the_account_on_its_contact(self):
        self.make_account(self.customer, "R-1", zip="69002")
        other = self.make_customer(name="Other")
        self.make_account(other, "R-2")
        billing = self.get_billing(self.make_delivery())
        told = (billing.payer, billing.account, billing.country, billing.zip)
        self.assertEqual(told, ("recipient", "R-1", "FR", "69002"))
        self.assertEqual(
            self.get_billing(self.make_delivery(customer=other)).account, "R-2"
        )

    def test_an_address_of_a_company_has_the_companys_account(self):
        company = self.make_customer(name="Company", is_company=True)
        self.make_account(company, "R-3")
        address = self.make_customer(name="Plant", parent_id=company.id)
        billing = self.get_billing(self.make_delivery(customer=address))
        self.assertEqual(billing.account, "R-3")

    def test_an_account_at_another_carrier_does_not_count(self):
        other = self.make_backend(name="Other carrier")
        self.make_account(self.customer, "R-4", backend_id=other.id)
        with self.assertRaises(UserError) as caught:
            self.make_delivery().action_logistics_buy()
        self.assertIn("has no account at", str(caught.exception))

    def test_the_methods_account_is_for_contacts_without(self):
        self.method.logistics_account = "M-1"
        self.assertEqual(self.get_billing(self.make_delivery()).account, "M-1")
