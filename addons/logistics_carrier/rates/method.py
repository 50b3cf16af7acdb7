"""What shipping costs: one service, or the best by rules."""

from zoneinfo import ZoneInfo

from odoo import api, fields, models
from odoo.tools import format_date

from odoo.addons.logistics_core.errors import (
    InvalidMessage,
    LogisticsError,
    TransientError,
)
from odoo.addons.logistics_core.tools.moments import to_utc
from odoo.addons.logistics_core.tools.zones import guess_zone

from .order import SHOPPING_BUDGET
from .rate import in_currency, only_service


class DeliveryCarrier(models.Model):
    _inherit = "delivery.carrier"

    @api.private
    def logistics_rate_shipment(self, order):
        """Odoo's hook: the price in the order's currency, or why there is none."""
        self.ensure_one()
        if not self._match_address(order.partner_shipping_id):
            return self._no_rate(self.env._("Not available for this address."))
        gaps = order.partner_shipping_id._get_logistics_address_gaps()
        if gaps:
            return self._no_rate(
                self.env._("The delivery address lacks: %s.", ", ".join(gaps))
            )
        if self.logistics_mode == "rules":
            return self._rate_by_rules(order)
        return self._rate_service(order)

    def _rate_service(self, order):
        carrier = self._logistics_get_working()
        if carrier._logistics_is_ended():
            return self._no_rate(
                self.env._(
                    "The connection of “%s” was ended. Choose another shipping method.",
                    carrier.name,
                )
            )
        answer = carrier._logistics_quote(order)[carrier]
        if isinstance(answer, LogisticsError):
            return self._rate_fallback(order, answer)
        place = order.partner_shipping_id
        backend = carrier.sudo().logistics_backend_id
        offer = only_service(answer, carrier.logistics_service)
        if not offer:
            return self._no_rate(
                self.env._(
                    "%(carrier)s does not offer “%(service)s” to this address.",
                    carrier=backend.name,
                    service=backend._get_service_name(carrier.logistics_service),
                )
            )
        return self._rate_result(carrier, offer, place)

    def _rate_by_rules(self, order):
        offers, errors = self._logistics_shop(order)
        rule, choice = self._logistics_decide(order, offers)
        if not choice:
            error = next(iter(errors.values()), None)
            return self._rate_fallback(order, error)
        carrier, offer = choice
        if isinstance(order.id, int):
            choices = {**(order.logistics_choices or {}), str(self.id): carrier.id}
            order.sudo().logistics_choices = choices
        return self._rate_result(carrier, offer, order.partner_shipping_id, rule)

    def _rate_result(self, carrier, offer, place, rule=None):
        return {
            "success": True,
            "price": float(offer.total.amount),
            "error_message": False,
            "warning_message": self._get_offer_note(carrier, offer, rule, place),
        }

    def _rate_fallback(self, order, error):
        """Return the fallback rate when the carrier cannot say, else the error."""
        cause = str(error or self.env._("No carrier offers to ship this order."))
        if not self.logistics_fallback_price or not (
            error is None or isinstance(error, TransientError)
        ):
            return self._no_rate(cause)
        price = self._compute_currency(
            order, self.logistics_fallback_price, "company_to_pricelist"
        )
        return {
            "success": True,
            "price": price,
            "error_message": False,
            "warning_message": self.env._("Fallback rate: %s", cause),
        }

    def _no_rate(self, text):
        return {
            "success": False,
            "price": 0.0,
            "error_message": text,
            "warning_message": False,
        }

    def _get_offer_note(self, carrier, offer, rule, place):
        """Return a line about the offer: who, when, list price, surcharges."""
        parts = []
        if rule or carrier != self:
            parts.append(carrier.name)
        if rule:
            parts.append(self.env._("by the rule “%s”", rule.name))
        if offer.estimated_delivery:
            # The day where it is delivered, whoever looks from where.
            zone = guess_zone(place.country_id.code, place.state_id.code)
            moment = to_utc(offer.estimated_delivery).astimezone(ZoneInfo(zone))
            date = format_date(self.env, moment.date())
            parts.append(self.env._("expected on %s", date))
        elif offer.transit_days:
            parts.append(self.env._("%s days in transit", offer.transit_days))
        if offer.published and offer.published.amount != offer.total.amount:
            money = offer.published
            currency = self.env["res.currency"]._find_by_code(money.currency)
            price = currency.format(float(money.amount))
            parts.append(self.env._("list price %s", price))
        return ", ".join(parts)

    # Shopping.

    def _logistics_quote(self, order, budget=SHOPPING_BUDGET):
        """Ask the carriers of these methods, once each; see logistics.rate._ask_all.

        Prices are in the order's currency.
        """
        if gap := order._logistics_find_weight_gap():
            return dict.fromkeys(self, InvalidMessage(gap))
        questions = {carrier: order._prepare_rate_request(carrier) for carrier in self}
        answers = self.env["logistics.rate"]._ask_all(questions, budget)
        date = order.date_order or fields.Datetime.now()
        ours = (order.currency_id, order.company_id, date)
        for carrier, answer in answers.items():
            if isinstance(answer, LogisticsError):
                continue
            try:
                answers[carrier] = [in_currency(self.env, o, *ours) for o in answer]
            except InvalidMessage as error:
                answers[carrier] = error
        return answers

    def _logistics_shop(self, order):
        """Return the offers of all services for an order.

        :return: ([(delivery.carrier, Rate)], {delivery.carrier: LogisticsError})
        """
        carriers = self._logistics_get_services_for(
            order.company_id, order.partner_shipping_id, order
        )
        offers, errors = [], {}
        rateable = carriers.filtered(lambda c: c._logistics_has("rate"))
        for carrier, answer in rateable._logistics_quote(order).items():
            if isinstance(answer, LogisticsError):
                errors[carrier] = answer
                continue
            offer = only_service(answer, carrier.logistics_service)
            if offer:
                offers.append((carrier, offer))
        return offers, errors

    @api.model
    def _logistics_get_services_for(self, company, partner, source):
        """Return the methods of one service each that may ship to a contact."""
        carriers = self.search(
            [
                ("delivery_type", "=", "logistics"),
                ("logistics_mode", "=", "service"),
                ("company_id", "in", (False, company.id)),
            ]
        )
        return carriers.available_carriers(partner, source)

    def _logistics_decide(self, order, offers):
        """Return (rule, (delivery.carrier, Rate)) or (rule, None)."""
        rules = self._logistics_get_rules(order)
        for rule in rules:
            choice = rule._choose(offers)
            if choice:
                return rule, choice
        return rules.browse(), None

    def _logistics_get_rules(self, order):
        value = order.currency_id._convert(
            sum(order._logistics_get_goods().mapped("price_subtotal")),
            order.company_id.currency_id,
            order.company_id,
            order.date_order or fields.Datetime.now(),
        )
        return self.env["logistics.rate.rule"]._get_matching(
            order.company_id,
            order.partner_shipping_id.country_id,
            order._logistics_get_weight(),
            value,
            self.logistics_service_level,
        )


class StockPicking(models.Model):
    _inherit = "stock.picking"

    def _logistics_resolve_carrier(self):
        """Return the method of one service that ships this delivery.

        Nobody is asked here: what the rules chose for the order holds; without such
        a choice the first working service of the first rule that fits. When its
        carrier is interrupted, the method's fallback.
        """
        method = self.carrier_id
        if method.delivery_type != "logistics":
            return method.browse()
        chosen = method
        if method.logistics_mode == "rules":
            choices = self.sale_id.logistics_choices or {}
            chosen = method.browse(choices.get(str(method.id))).exists()
            chosen = chosen or self._logistics_choose_unasked(method)
        working = chosen._logistics_get_working() if chosen else chosen
        if working != chosen:
            self._message_log(
                body=self.env._(
                    "%(chosen)s is interrupted or paused: %(working)s is used.",
                    chosen=chosen.name,
                    working=working.name,
                )
            )
        return working

    def _logistics_choose_unasked(self, method):
        products = self.env["product.template"]
        currency = self._logistics_get_currency()
        value = currency._convert(
            float(self.move_line_ids._logistics_get_value().amount),
            self.company_id.currency_id,
            self.company_id,
            fields.Date.today(),
        )
        rules = self.env["logistics.rate.rule"]._get_matching(
            self.company_id,
            self.partner_id.country_id,
            products._logistics_to_kg(self.shipping_weight),
            value,
            method.logistics_service_level,
        )
        carriers = method._logistics_get_services_for(
            self.company_id, self.partner_id, self
        )
        candidates = carriers.browse()
        for rule in rules:
            candidates |= rule._get_candidates(carriers).sorted()
        working = candidates.filtered(lambda c: c._logistics_is_working())
        return (working or candidates)[:1]
