"""Quotes of carriers: asked once, kept while they are valid, within a budget."""

from dataclasses import replace
from datetime import timedelta
from functools import partial

from odoo import api, fields, models

from odoo.addons.logistics_core.errors import (
    LogisticsError,
    RateLimited,
    RemoteUnavailable,
    TransientError,
)
from odoo.addons.logistics_core.texts import _lt
from odoo.addons.logistics_core.transactions import own_transaction, retrying

from ..canonical import Money
from ..canonical.quotes import dump_offers, key_of, load_offers
from ..tools.numbers import to_amount
from .tools.together import TooLate, ask_together


class LogisticsRate(models.Model):
    """One row is one quote: all that a carrier offered for one question."""

    _name = "logistics.rate"
    _description = "Quote of a Carrier"
    _order = "id desc"
    _rec_name = "destination"

    backend_id = fields.Many2one(
        "logistics.backend",
        string="Connection",
        required=True,
        readonly=True,
        ondelete="cascade",
    )
    company_id = fields.Many2one(related="backend_id.company_id", store=True)
    request_key = fields.Char(required=True, readonly=True)
    asked_at = fields.Datetime(required=True, readonly=True)
    valid_until = fields.Datetime(required=True, readonly=True)
    used_count = fields.Integer(
        string="Used again", readonly=True, help="Questions answered from this row."
    )
    origin = fields.Char(string="From", readonly=True)
    destination = fields.Char(string="To", readonly=True)
    weight = fields.Float(string="Weight (kg)", digits=(12, 3), readonly=True)
    offer_count = fields.Integer(string="Number of offers", readonly=True)
    offers = fields.Text(readonly=True)
    summary = fields.Text(compute="_compute_summary", string="Offered")

    _key_idx = models.Index("(backend_id, request_key, valid_until)")

    @api.depends("offers")
    def _compute_summary(self):
        for quote in self:
            quote.summary = "\n".join(
                f"{offer.service_name}: {offer.total.amount} {offer.total.currency}"
                for offer in load_offers(quote.offers)
            )

    @api.model
    def _find_or_count(self, backend_id, key):
        """Return kept offers; else count one request of the day and return None."""
        with own_transaction(self.env, read_committed=True) as env:
            backend = env["logistics.backend"].browse(backend_id)
            quote = env["logistics.rate"].search(
                [
                    ("backend_id", "=", backend_id),
                    ("request_key", "=", key),
                    ("valid_until", ">", fields.Datetime.now()),
                ],
                limit=1,
            )
            if quote:
                quote.used_count += 1
                return load_offers(quote.offers)
            self._count_or_raise(backend)
        return None

    @api.model
    def _count_or_raise(self, backend):
        """Count one request of the day, in the backend's own transaction.

        :raises LogisticsError: the carrier is interrupted, or the budget is used up
        """
        if not backend._is_carrier_working():
            raise RemoteUnavailable(_lt("%s is interrupted or paused.", backend.name))
        if not backend.env["logistics.rate.usage"]._count(backend):
            raise RateLimited(
                _lt(
                    "The %(quota)s rate requests of today at %(carrier)s are used.",
                    quota=backend.rate_quota,
                    carrier=backend.name,
                )
            )

    @api.model
    def _keep(self, backend_id, key, request, offers):
        with own_transaction(self.env, read_committed=True) as env:
            backend = env["logistics.backend"].browse(backend_id)
            now = fields.Datetime.now()
            sender, recipient = request.ship_from.address, request.ship_to.address
            env["logistics.rate"].create(
                {
                    "backend_id": backend_id,
                    "request_key": key,
                    "asked_at": now,
                    "valid_until": now + timedelta(minutes=backend.rate_validity),
                    "origin": f"{sender.country} {sender.zip or ''}".strip(),
                    "destination": f"{recipient.country} {recipient.zip or ''}".strip(),
                    "weight": float(sum(p.weight for p in request.parcels)),
                    "offer_count": len(offers),
                    "offers": dump_offers(offers),
                }
            )

    @api.model
    def _ask_all(self, questions, budget):
        """Ask several carriers at the same time, with one deadline.

        The same question is asked once, and answered from an earlier quote while that
        is valid. Bookkeeping is done in transactions of its own, none is open in them
        during the HTTP requests.

        :param questions: {delivery.carrier: RateRequest}
        :param budget: seconds in which all must have answered
        :return: {delivery.carrier: [Rate] or LogisticsError}
        """
        keys, answers, open_ = {}, {}, {}
        for carrier, request in questions.items():
            backend = carrier.logistics_backend_id.sudo()
            key = keys[carrier] = (backend, key_of(request))
            if key in answers or key in open_:
                continue
            try:
                kept = retrying(self._find_or_count, backend.id, key[1])
            except LogisticsError as error:
                kept = error
            if kept is None:
                wait = min(carrier.logistics_rate_timeout, budget)
                open_[key] = (request, wait)
            else:
                answers[key] = kept
        answers.update(self._ask_open(open_))
        return {carrier: answers[key] for carrier, key in keys.items()}

    @api.model
    def _ask_open(self, questions):
        """Ask what no quote answers.

        :param questions: {(backend, key): (RateRequest, seconds)}
        :return: {(backend, key): [Rate] or LogisticsError}
        """
        calls = {}
        for (backend, key), (request, wait) in questions.items():
            patient = backend.with_context(logistics_timeout=wait)
            get_rates = patient._get_connector()._get_rates
            calls[backend, key] = partial(get_rates, backend, request)
        longest = max((wait for _request, wait in questions.values()), default=0)
        found = ask_together(calls, longest, dbname=self.env.cr.dbname)
        for (backend, key), answer in found.items():
            if isinstance(answer, TooLate):
                answer = RemoteUnavailable(
                    _lt("%s did not answer in time.", backend.name)
                )
                found[backend, key] = answer
            if isinstance(answer, TransientError):
                backend._get_transport_gate()._note(answer, True)
            elif not isinstance(answer, Exception):
                request = questions[backend, key][0]
                retrying(self._keep, backend.id, key, request, answer)
            elif not isinstance(answer, LogisticsError):
                raise answer
        return found

    @api.autovacuum
    def _gc_quotes(self):
        limit = fields.Datetime.now() - timedelta(days=7)
        self.search([("valid_until", "<", limit)], limit=10000).unlink()


class LogisticsRateUsage(models.Model):
    """One row is a day's number of rate requests to one carrier account."""

    _name = "logistics.rate.usage"
    _description = "Rate Requests of a Day"
    _order = "day desc, id desc"
    _rec_name = "day"

    backend_id = fields.Many2one(
        "logistics.backend",
        string="Connection",
        required=True,
        readonly=True,
        ondelete="cascade",
    )
    company_id = fields.Many2one(related="backend_id.company_id", store=True)
    day = fields.Date(required=True, readonly=True)
    asked = fields.Integer(required=True, readonly=True, default=0)

    _unique_day = models.Constraint(
        "UNIQUE(backend_id, day)", "This day is counted already."
    )

    @api.model
    def _count(self, backend):
        """Count one request; return whether the day's budget allows it."""
        self.env.flush_all()
        self.env.cr.execute(
            "INSERT INTO logistics_rate_usage AS u (backend_id, company_id, day, asked)"
            " VALUES (%s, %s, %s, 1) ON CONFLICT (backend_id, day)"
            " DO UPDATE SET asked = u.asked + 1 WHERE %s = 0 OR u.asked < %s"
            " RETURNING asked",
            [
                backend.id,
                backend.company_id.id,
                fields.Date.today(),
                backend.rate_quota,
                backend.rate_quota,
            ],
        )
        return bool(self.env.cr.fetchone())


def only_service(offers, service):
    """Return the offer of a service, or None."""
    return next((offer for offer in offers if offer.service == service), None)


def in_currency(env, offer, currency, company, date):
    """Return the offer with its prices in another currency (res.currency).

    The parts still add up to the total: the last one takes what rounding leaves.

    :raises InvalidMessage: the carrier's currency is not active, or has no rate
    """

    def convert(amount, code):
        if code == currency.name:
            return amount
        source = env["res.currency"]._get_used(code)
        known = source._convert_known(float(amount), currency, company, date)
        return to_amount(known)

    def convert_money(money):
        if not money or money.currency == currency.name:
            return money
        return Money(convert(money.amount, money.currency), currency.name)

    total, charges = convert_money(offer.total), offer.charges
    if charges and total != offer.total:
        code, parts = offer.total.currency, sum(part.amount for part in charges)
        charges = [replace(c, amount=convert(c.amount, code)) for c in charges]
        rest = convert(parts, code) - sum(part.amount for part in charges)
        charges[-1] = replace(charges[-1], amount=charges[-1].amount + rest)
    return replace(
        offer,
        total=total,
        published=convert_money(offer.published),
        charges=tuple(charges),
    )
