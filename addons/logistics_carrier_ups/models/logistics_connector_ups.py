"""UPS on the wire: access, errors and tracking."""

import hmac
import uuid
from urllib.parse import quote

from odoo import models

from odoo.addons.logistics_core.envelope import SendResult
from odoo.addons.logistics_core.errors import (
    AuthenticationFailed,
    InvalidMessage,
    Rejected,
    RemoteUnavailable,
)
from odoo.addons.logistics_core.tools.error_text import error_text
from odoo.addons.logistics_core.tools.http_auth import OAuth2ClientCredentials
from odoo.addons.logistics_core.tools.masking import mask_body

from .. import const
from ..tools import billing_file, tracking

PROOF_RETRY = 3600.0  # seconds; UPS has the signature some time after the delivery


class LogisticsConnectorUps(models.AbstractModel):
    """Operations are named as in UPS's OpenAPI documents, for the attempts' log."""

    _name = "logistics.connector.ups"
    _inherit = "logistics.connector"
    _description = "Connector: UPS"

    _senders = {
        "transport_instruction": "_send_shipment",
        "transport_void": "_send_void",
        "transport_pickup": "_send_pickup",
        "transport_proof": "_send_proof",
        "transport_document": "_send_document",
    }
    _lookups = {
        "transport_instruction": "_lookup_shipment",
        "transport_void": "_lookup_void",
        "transport_pickup": "_lookup_pickup",
        "transport_proof": "_lookup_proof",
        "transport_document": "_lookup_document",
    }
    _capabilities = frozenset(
        {
            *_senders,
            "rate",
            "published_rate",
            "track",
            "webhook",
            "subscribe",
            "address_check",
            "access_points",
            "return_label",
            "multi_parcel",
            "customs",
            "dangerous_goods",
            "insurance",
            "third_party_billing",
            "signature",
            "saturday",
            "freight_invoice",
            "paperless_documents",
            "void_parcel",
        }
    )
    _event_types = dict.fromkeys((tracking.TRACKED, tracking.ALERT), "transport_status")
    # PDF and PNG are made from the picture (GIF) that UPS delivers.
    _label_formats = ("ZPL", "PDF", "PNG")
    _track_batch = 1

    def _get_base_url(self, backend):
        return (backend.base_url or const.BASE_URLS[backend.environment]).rstrip("/")

    def _get_auth(self, backend):
        secret = backend._get_secret("ups_client_secret")
        if not (backend.ups_client_id and secret):
            raise AuthenticationFailed(
                self.env._("No client ID and secret are set on “%s”.", backend.name)
            )
        return OAuth2ClientCredentials(
            f"{self._get_base_url(backend)}{const.TOKEN_PATH}",
            backend.ups_client_id,
            secret,
            self._get_session(backend),
            timeout=backend.timeout,
        )

    def _get_account(self, backend):
        """Return our shipper number."""
        if len(backend.ups_account or "") != 6:
            raise AuthenticationFailed(
                self.env._("No account number is set on “%s”.", backend.name),
                remedy=self.env._("Enter the six characters of the shipper number."),
            )
        return backend.ups_account

    def _prepare_headers(self, backend):
        return {
            **super()._prepare_headers(backend),
            "transId": uuid.uuid4().hex,
            "transactionSrc": const.SOURCE,
        }

    def _get_error_text(self, response):
        errors = self._get_errors(response)
        text = error_text([e.get("message") for e in errors])
        return mask_body(text, limit=500) or super()._get_error_text(response)

    def _get_error(self, backend, response):
        error = super()._get_error(backend, response)
        errors = self._get_errors(response)
        if errors and isinstance(error, Rejected):
            error.code = str(errors[0].get("code") or error.code)
        return error

    def _get_errors(self, response):
        """Return UPS's list of {code, message}."""
        try:
            found = response.json()["response"]["errors"]
        except (ValueError, LookupError, TypeError, RecursionError):
            return []
        return [e for e in found if isinstance(e, dict)] if found else []

    def _test_connection(self, backend):
        account = self._get_account(backend)
        self._call_json(
            backend,
            "Pickup Pending Status",
            "GET",
            const.PICKUP_PENDING_PATH,
            headers={"AccountNumber": account},
        )
        return self.env._("Connected to UPS, account %s.", account)

    def _get_services(self, backend):
        return dict(const.SERVICES)

    def _get_tracking_url(self, backend, tracking_number):
        return const.TRACKING_URL % quote(tracking_number, safe="")

    # Tracking

    def _track(self, backend, parcels):
        return [
            envelope
            for parcel in parcels
            for envelope in self._track_one(backend, parcel.tracking_number)
        ]

    def _track_one(self, backend, number):
        answer = self._get_track(backend, number, {})
        return tracking.to_envelopes(answer) if answer else []

    def _get_track(self, backend, number, params):
        """Return UPS's answer about a parcel, None when it knows none (yet)."""
        try:
            return self._call_json(
                backend,
                "getSingleTrackResponseUsingGET",
                "GET",
                const.TRACK_PATH % quote(number, safe=""),
                params={"locale": const.LOCALE, **params},
            )
        except Rejected as error:
            # A new label is unknown to tracking until its data were processed.
            if error.http_status == 404:
                return None
            raise

    def _send_proof(self, backend, message, proof):
        params = {"returnSignature": "true", "returnPOD": "true"}
        answer = self._get_track(backend, proof.tracking_number, params)
        found = tracking.from_proof(answer, proof.tracking_number) if answer else None
        if not found or not found.documents:
            raise RemoteUnavailable(
                self.env._(
                    "UPS has no proof of delivery of %s yet.", proof.tracking_number
                ),
                retry_after=PROOF_RETRY,
            )
        return SendResult(external_id=proof.tracking_number, response=found)

    def _lookup_proof(self, backend, message, proof):
        return None  # asking twice does no harm

    # Track alerts

    def _verify_webhook(self, backend, headers, body, now):
        """UPS shows the client ID it was given for our webhook, and signs nothing."""
        key = backend._get_secret("ups_alert_key")
        given = headers.get("x-api-key") or ""
        if not key or not hmac.compare_digest(given.encode(), key.encode()):
            raise AuthenticationFailed(
                self.env._("The header x-api-key is not the Track Alert key.")
            )

    def _receive(self, backend, headers, body):
        try:
            return [tracking.alert_to_envelope(body.decode())]
        except UnicodeDecodeError as error:
            raise InvalidMessage(self.env._("The body is not UTF-8.")) from error

    def _translate(self, backend, event, payload):
        return tracking.from_event(payload)

    def _subscribe(self, backend):
        """Subscribe the account's parcels; UPS keeps the webhook's address itself."""
        body = {
            "locale": const.LOCALE,
            "shipperAccountNumber": self._get_account(backend),
            "subAccountType": ["Outbound"],
        }
        if backend.ups_alert_id:
            body["subscriptionId"] = backend.ups_alert_id
            body["clientSubscriptionId"] = backend.ups_alert_id
        self._call_json(
            backend,
            "createAccountSubscription",
            "POST",
            const.ALERT_PATH,
            json=body,
        )
        backend.sudo().webhook_subscription = body["shipperAccountNumber"]

    def _unsubscribe(self, backend):
        self._request(
            backend,
            "DELETE",
            const.ALERT_PATH,
            params={"shipper_account_number": self._get_account(backend)},
            operation="unsubscribeAccountSubscription",
        )
        backend.sudo().webhook_subscription = False

    def _read_freight_invoice(self, backend, name, content):
        return billing_file.read(content)
