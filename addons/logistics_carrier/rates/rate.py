"""Quotes of carriers: asked once, kept while they are valid, within a budget."""

import time
from dataclasses import replace
from datetime import timedelta

from odoo import api, fields, models

from odoo.addons.logistics_core.errors import (
    LogisticsError,
    RateLimited,
    RemoteUnavailable,
    TransientError,
)
from odoo.addons.logistics_core.texts import _lt
from odoo.addons.logistics_core.transactions import own_transaction, retrying

from ..canonical.quotes import dump_offers, key_of, load_offers


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
    def _ask(self, backend, request, timeout):
        """Return a carrier's offers for a RateRequest, a list of Rate.

        Answered from an earlier quote while that is valid. Bookkeeping is done in
        transactions of its own, none is open in them during the HTTP request.

        :param timeout: seconds
        :raises LogisticsError: no answer in time, refused, or the budget is used up
        """
        backend = backend.sudo()
        key = key_of(request)
        kept = retrying(self._find_or_count, backend.id, key)
        if kept is not None:
            return kept
        connector = backend.with_context(logistics_timeout=timeout)._get_connector()
        gate = backend._get_transport_gate()
        try:
            offers = connector._get_rates(backend, request)
        except TransientError as error:
            gate._note(error, True)
            raise
        retrying(self._keep, backend.id, key, request, offers)
        return offers

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
        """Ask several carriers one after the other, within a budget of seconds.

        The same question is asked once; who is not reached in time is skipped.

        :param questions: {delivery.carrier: RateRequest}
        :return: {delivery.carrier: [Rate] or LogisticsError}
        """
        deadline = time.monotonic() + budget
        answers, known = {}, {}
        for carrier, request in questions.items():
            backend = carrier.logistics_backend_id
            question = (backend, key_of(request))
            if question not in known:
                left = deadline - time.monotonic()
                wait = min(carrier.logistics_rate_timeout, max(left, 0.0))
                try:
                    if wait < 0.2:
                        raise RemoteUnavailable(_lt("There was no time left."))
                    known[question] = self._ask(backend, request, wait)
                except LogisticsError as error:
                    known[question] = error
            answers[carrier] = known[question]
        return answers

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
    """Return the offer with its prices in another currency (res.currency)."""

    def convert(money):
        if not money or money.currency == currency.name:
            return money
        source = env["res.currency"]._find_by_code(money.currency)
        amount = source._convert(float(money.amount), currency, company, date)
        return replace(
            money, amount=type(money.amount)(str(amount)), currency=currency.name
        )

    return replace(
        offer, total=convert(offer.total), published=convert(offer.published)
    )
