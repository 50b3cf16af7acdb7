"""The one public door: verify, store, answer; everything else comes later."""

import contextlib
import hashlib
import ipaddress
import logging
import time
from collections import Counter
from operator import itemgetter

import werkzeug.exceptions

from odoo import http
from odoo.exceptions import UserError
from odoo.http import request

from ..connectors.webhook import strip_mark
from ..errors import AuthenticationFailed, InvalidMessage, NotSupported, TooLarge
from ..texts import _lt
from ..tools import quick_json
from ..tools.refusals import Refusals
from ..transactions import (
    RETRIED,
    end_reading,
    first_transaction,
    is_transaction_error,
    own_transaction,
    retrying,
)

_logger = logging.getLogger(__name__)
LARGEST_BODY = 5 * 1024 * 1024
# Of an address that was refused too often, at one of our addresses, only bodies up to
# this size are read: to see whether one of them is authentic after all.
LARGEST_DOUBTED_BODY = 64 * 1024
ALLOWED_METHODS = "POST, OPTIONS"
# A wrong signature is reported at most this often per backend.
ALERT_SECONDS = 60
_last_alert = {}
_refusals = Refusals()
TOO_MANY = "Too many requests that were not accepted; please wait."
COMPARE = _lt(
    "Compare the webhook secret with the partner's, and the server's clock. If neither"
    " explains it, someone else is trying this address: make a new one."
)
# Seconds after which a partner may try again while there is no database.
NO_DATABASE_WAIT = 5
CHECK_KEY = _lt(
    "Enter the webhook secret again, or restore the server's key for secrets."
)


class RawDispatcher(http.Dispatcher):
    """Hands the request to the route with its body untouched.

    Odoo's own dispatcher parses form bodies first, and then the signed bytes
    are gone.
    """

    routing_type = "logistics_raw"

    @classmethod
    def is_compatible_with(cls, request):
        return True

    def dispatch(self, endpoint, args):
        self.request.params = dict(args)
        return endpoint(**args)

    def handle_error(self, exc):
        """Answer in JSON; Odoo has logged what went wrong."""
        if isinstance(exc, werkzeug.exceptions.HTTPException) and exc.code:
            return _answer(exc.code, exc.name)
        if is_transaction_error(exc):
            return _answer(503, "Busy; please send it again.", wait=5)
        return _answer(500, "Internal error; please send it again.")


class WebhookController(http.Controller):
    """`POST /logistics/webhook/<token>`

    202 stored, 200 had it already, 400 not readable (kept for a person),
    207 or 400 with the result of each item of a bulk request (newline-delimited
    JSON, or an array where the connector takes it) that was not accepted whole,
    401 signature or time not accepted, 403 source not accepted, 404 unknown address,
    405 another method than POST, 413 too large (what is authentic is kept for a
    person), 429 too many refused from this source, 503 send it again later.

    What the address in the request and the headers show is checked before the body is
    read. Only what is not authentic counts as refused, so an honest partner is not
    kept out by others that try its address.

    While PostgreSQL is away Odoo knows only the routes of its server-wide modules.
    This addon has to be one of them, or partners get a 404, which some take as
    final.
    """

    @http.route(
        "/logistics/webhook/<string:token>",
        type="logistics_raw",
        auth="none",
        methods=["POST", "GET", "HEAD"],
        csrf=False,
        save_session=False,
        readonly=False,
        # A body without a length is read up to here: one byte more than may come.
        max_content_length=LARGEST_BODY + 1,
    )
    def receive(self, token):
        """Take one request of a partner; see the class for the answers."""
        method = request.httprequest.method
        if method != "POST":
            return _answer_method(method)
        if not request.db:
            return _answer(
                503, "Not ready; please send it again.", wait=NO_DATABASE_WAIT
            )
        if "logistics.backend" not in request.env:  # not installed in this database
            return _answer(404, "Unknown address.")
        try:
            with first_transaction(request.env) as env:
                return self._receive(env, token)
        except RETRIED:
            with contextlib.suppress(*RETRIED):
                request.env.cr.rollback()
            return retrying(self._receive_anew, request.env, token)

    def _receive_anew(self, env, token):
        with own_transaction(env, read_committed=True) as env:
            return self._receive(env, token)

    def _receive(self, env, token):
        backend = env["logistics.backend"]._find_by_token(token)
        # A sender may be slow: no transaction is open while its body comes in.
        end_reading(env.cr)
        if not backend:
            return _refuse(backend, 404, "Unknown address.")
        if not _is_accepted_source(backend):
            return _refuse(backend, 403, "This source is not accepted.")
        connector, headers = backend._get_connector(), request.httprequest.headers
        try:
            connector._verify_headers(backend, headers, time.time())
            wait = _refusals.get_wait(_get_sender(backend))
            if wait and not _is_small():
                return _answer(429, TOO_MANY, wait=wait)
            # The request keeps it, should the transaction be tried again.
            body = request.httprequest.get_data()
            if len(body) > LARGEST_BODY:
                return _answer(413, "The body is too large.")
            event_id = connector._verify_webhook(backend, headers, body, time.time())
        except NotSupported:
            return _refuse(backend, 404, "Unknown address.")
        except AuthenticationFailed as error:
            return _refuse(backend, 401, str(error), error)
        except UserError as error:  # our own credentials cannot be read
            _alert(backend, error, CHECK_KEY)
            return _answer(503, "Not ready; please send it again.", wait=60)
        return self._store(backend, connector, headers, body, event_id)

    def _store(self, backend, connector, headers, body, event_id):
        inbox = backend.env["logistics.message"]
        text = strip_mark(body)
        try:
            items = connector._receive_bulk(backend, headers, text)
            if items is None:
                envelopes = connector._receive(backend, headers, text)
        except InvalidMessage as error:
            _keep(backend, headers, body, error, event_id)
            status = 413 if isinstance(error, TooLarge) else 400
            return _answer(status, str(error))
        except Exception as error:  # the vendor's code is the boundary here
            if is_transaction_error(error):
                raise
            _logger.exception("a webhook of backend %s cannot be read", backend.id)
            backend.env.cr.rollback()
            failure = InvalidMessage(
                _lt("The connector failed on this request: %(error)r", error=error),
                remedy=_lt(
                    "Send the server's log to support. Once the connector is fixed,"
                    " retry the message: the request is read again."
                ),
            )
            _keep(backend, headers, body, failure, event_id)
            return _answer(202, "Stored.")
        if items is not None:
            return self._store_items(backend, items, headers, body)
        results = inbox._receive_each(backend, envelopes)
        new = _commit_and_ring(backend, envelopes, results)
        return _answer(
            202 if new else 200, "Stored.", new=new, duplicates=len(results) - new
        )

    def _store_items(self, backend, items, headers, body):
        """Store what can be read of a bulk request; answer for each item."""
        inbox = backend.env["logistics.message"]
        accepted, places, refused = [], [], {}
        for index, (raw, found) in enumerate(items):
            if isinstance(found, InvalidMessage):
                refused[index] = raw, found
            else:
                accepted += found
                places += [index] * len(found)
        results = inbox._receive_each(backend, accepted)
        if refused:
            digest = hashlib.sha256(body).hexdigest()
            kept = list(refused.values())
            inbox._receive_refused_items(backend, headers, kept, digest)
        new = _commit_and_ring(backend, accepted, results)
        answers = _answer_items(places, accepted, results, refused)
        counts = Counter(item["status"] for item in answers)
        bad = counts["refused"] + counts["conflict"]
        status = 202 if new else 200
        if bad:
            status = 207 if bad < len(answers) else 400
        return _answer(
            status,
            "Stored."
            if not bad
            else f"{bad} of {len(answers)} items were not accepted.",
            new=new,
            duplicates=counts["duplicate"],
            refused=bad,
            items=answers,
        )


def _commit_and_ring(backend, envelopes, results):
    """Commit, then ring the lanes; return how many messages are new.

    The doorbells are looked at after the commit, so a job that waits now starts
    later and will see these rows.
    """
    new = [
        envelope
        for envelope, (status, _message_id) in zip(envelopes, results, strict=True)
        if status == "stored"
    ]
    if new:
        lanes = backend.env["logistics.message"]._get_envelope_lanes(backend, new)
        lanes._ring_now(commits=True)
    else:
        backend.env.cr.commit()
    return len(new)


def _answer_items(places, envelopes, results, refused):
    """Return what became of each item, in the order of the request.

    :param places: the index of each envelope's item
    :param refused: {index: (raw bytes, InvalidMessage)}
    """
    answers = [
        {"index": index, "id": envelope.external_id, "status": status}
        for index, envelope, (status, _message_id) in zip(
            places, envelopes, results, strict=True
        )
    ]
    for item in answers:
        if item["status"] == "conflict":
            item["error"] = "This id came before with another content."
    if refused:
        answers += [
            {"index": index, "status": "refused", "error": str(error)}
            for index, (_raw, error) in refused.items()
        ]
        answers.sort(key=itemgetter("index"))
    return answers


def _keep(backend, headers, body, error, event_id):
    backend.env["logistics.message"]._receive_unreadable(
        backend, headers, body, error, event_id
    )


def _is_accepted_source(backend):
    networks = backend._get_webhook_networks()
    if not networks:
        return True
    try:
        source = ipaddress.ip_address(request.httprequest.remote_addr or "")
    except ValueError:
        return False
    source = getattr(source, "ipv4_mapped", None) or source
    return any(source in network for network in networks)


def _get_sender(backend):
    """Return who sends to which of our connections; None: to none of them."""
    address = request.httprequest.remote_addr or ""
    if ":" in address:
        with contextlib.suppress(ValueError):
            ip = ipaddress.IPv6Address(address)
            # One host has as many addresses of its IPv6 network as it likes.
            address = ip.ipv4_mapped or int(ip) >> 64
    return request.db, str(address), backend.id or None


def _is_small():
    """Return whether the request says that its body is small."""
    length = request.httprequest.content_length
    return length is not None and length <= LARGEST_DOUBTED_BODY


def _refuse(backend, status, message, cause=None):
    """Refuse a request that is not authentic; a sender of many is told to wait."""
    wait = _refusals.add(_get_sender(backend))
    if wait:
        return _answer(429, TOO_MANY, wait=wait)
    if cause:
        _alert(backend, cause, COMPARE)
    return _answer(status, message)


def _alert(backend, cause, remedy):
    """Report it to a person, rarely: anyone who knows the address can cause this."""
    key = (backend.env.cr.dbname, backend.id)
    now = time.monotonic()
    if now - _last_alert.get(key, -ALERT_SECONDS) < ALERT_SECONDS:
        return
    backend.env["logistics.exception"]._open(
        backend,
        "authentication",
        _lt("Webhook refused"),
        cause,
        remedy,
        fingerprint="webhook:authentication",
        severity="warning",
    )
    _last_alert[key] = now


def _answer_method(method):
    """Answer a look at the address: it takes POST, and nobody has to be warned."""
    status, text = (204, "") if method == "OPTIONS" else (405, "Use POST.")
    response = _answer(status, text)
    response.headers["Allow"] = ALLOWED_METHODS
    if status == 204:
        response.set_data(b"")
    return response


def _answer(status, message, wait=None, **facts):
    headers = {"X-Content-Type-Options": "nosniff"}
    if wait:
        headers["Retry-After"] = str(wait)
    return http.Response(
        quick_json.dumps({"message": message, **facts}).encode(errors="replace"),
        status=status,
        content_type="application/json",
        headers=headers,
    )
