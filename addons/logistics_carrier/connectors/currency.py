"""Currencies by the codes that carriers name, and what they are worth."""

from odoo import api, models

from odoo.addons.logistics_core.errors import InvalidMessage
from odoo.addons.logistics_core.texts import _lt

ACTIVATE = _lt(
    "Activate the currency and enter its rate (Invoicing, Configuration, Currencies),"
    " then try again."
)


class ResCurrency(models.Model):
    _inherit = "res.currency"

    @api.model
    def _find_by_code(self, code):
        """Return the currency of an ISO 4217 code, in use or not; else none."""
        currencies = self.with_context(active_test=False)
        return currencies.search([("name", "=", code)], limit=1)

    @api.model
    def _get_used(self, code):
        """Return the currency of an ISO 4217 code.

        :raises InvalidMessage: Odoo does not have it, or it is not active
        """
        found = self._find_by_code(code)
        if not found:
            raise InvalidMessage(_lt("Odoo has no currency %s.", code))
        if not found.active:
            raise InvalidMessage(
                _lt("The currency %s is not active in Odoo.", code), remedy=ACTIVATE
            )
        return found

    def _find_gap(self, company):
        """Return why amounts in these currencies cannot be converted, or None.

        Odoo converts what has no rate 1:1.
        """
        for currency in self - company.currency_id:
            if not currency.active:
                return _lt("The currency %s is not active in Odoo.", currency.name)
            rates = self.env["res.currency.rate"].sudo()
            known = [
                ("currency_id", "=", currency.id),
                ("company_id", "in", (False, company.root_id.id)),
            ]
            if not rates.search_count(known, limit=1):
                return _lt("The currency %s has no exchange rate.", currency.name)
        return None

    def _convert_known(self, amount, target, company, date):
        """Return an amount in another currency, rounded.

        :raises InvalidMessage: one of them is not active, or has no rate
        """
        if self == target:
            return target.round(amount)
        if amount and (gap := (self | target)._find_gap(company)):
            raise InvalidMessage(gap, remedy=ACTIVATE)
        return self._convert(amount, target, company, date)
