"""DHL Express on the wire (MyDHL API): access, rates, tracking and places."""

import uuid
from datetime import UTC, datetime
from urllib.parse import quote

from requests.auth import HTTPBasicAuth

from odoo import models

from odoo.addons.logistics_carrier.canonical import ProofOfDelivery
from odoo.addons.logistics_core.envelope import SendResult
from odoo.addons.logistics_core.errors import (
    AuthenticationFailed,
    Rejected,
    RemoteUnavailable,
)
from odoo.addons.logistics_core.tools.error_text import error_text
from odoo.addons.logistics_core.tools.masking import mask_body

from .. import const, translator
from ..tools import invoice_file, rates, services, tracking

PROOF_RETRY = 3600.0  # seconds; the document comes some time after the delivery


class LogisticsConnectorDhlExpress(models.AbstractModel):
    """Operations are named as in MyDHL's OpenAPI, for the attempts' log."""

    _name = "logistics.connector.dhl_express"
    _inherit = "logistics.connector"
    _description = "Connector: DHL Express"

    # MyDHL has no void: a label that is not used is not billed.
    _senders = {
        "transport_instruction": "_send_shipment",
        "transport_pickup": "_send_pickup",
        "transport_proof": "_send_proof",
        "transport_document": "_send_document",
    }
    _lookups = {
        "transport_instruction": "_lookup_shipment",
        "transport_pickup": "_lookup_pickup",
        "transport_proof": "_lookup_proof",
        "transport_document": "_lookup_document",
    }
    _capabilities = frozenset(
        {
            *_senders,
            "rate",
            "landed_cost",
            "track",
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
        }
    )
    _event_types = {tracking.TRACKED: "transport_status"}
    _label_formats = ("PDF", "ZPL")
    # Parcels of one shipment share a call; see `_track`.
    _track_batch = 25

    def _get_base_url(self, backend):
        return (backend.base_url or const.BASE_URLS[backend.environment]).rstrip("/")

    def _get_auth(self, backend):
        password = backend._get_secret("dhl_express_password")
        if not (backend.dhl_express_user and password):
            raise AuthenticationFailed(
                self.env._("No API user and password are set on “%s”.", backend.name)
            )
        return HTTPBasicAuth(backend.dhl_express_user, password)

    def _get_account(self, backend):
        """Return the account that ships and pays."""
        if not backend.dhl_express_account:
            raise AuthenticationFailed(
                self.env._("No DHL account is set on “%s”.", backend.name)
            )
        return backend.dhl_express_account

    def _prepare_headers(self, backend):
        return {
            **super()._prepare_headers(backend),
            "x-version": const.VERSION,
            "Message-Reference": uuid.uuid4().hex,
        }

    def _get_error_text(self, response):
        """`additionalDetails` say which field is wrong, `detail` often only that."""
        try:
            body = response.json()
            parts = [body.get("detail"), *(body.get("additionalDetails") or ())]
            text = error_text(parts)
        except (ValueError, AttributeError, TypeError, RecursionError):
            text = ""
        return mask_body(text, limit=500) or super()._get_error_text(response)

    def _test_connection(self, backend):
        account = self._get_account(backend)
        params = {"type": "pickup", **const.KNOWN_PLACE, "strictValidation": "false"}
        self._call_json(
            backend,
            "exp-api-address-validate",
            "GET",
            "address-validate",
            params=params,
        )
        return self.env._("Connected to DHL Express, account %s.", account)

    def _get_services(self, backend):
        return dict(const.SERVICES)

    def _get_tracking_url(self, backend, tracking_number):
        return const.TRACKING_URL % quote(tracking_number, safe="")

    def _get_rates(self, backend, request):
        account = self._get_account(backend)
        table = backend._get_dhl_express_agreed()
        answer = self._call_json(
            backend,
            "exp-api-rates-many",
            "POST",
            "rates",
            json=rates.to_rates(request, account, datetime.now(UTC), table),
        )
        return rates.from_rates(answer, request.services)

    def _check_address(self, backend, address):
        params = {
            "type": "delivery",
            "countryCode": address.country,
            "postalCode": (address.zip or "")[:12],
            "cityName": address.city[:45],
            "strictValidation": "false",
        }
        try:
            answer = self._call_json(
                backend,
                "exp-api-address-validate",
                "GET",
                "address-validate",
                params=params,
            )
        except Rejected as error:
            # DHL answers 400 or 404 for a place it does not know.
            if error.http_status in (400, 404):
                return services.from_check({"warnings": [str(error)]}, address)
            raise
        return services.from_check(answer, address)

    def _find_access_points(self, backend, address, limit=10):
        params = services.to_points(address, limit)
        key = backend._get_secret("dhl_express_point_key")
        answer = self._call_json(
            backend,
            "exp-api-servicepoints",
            "GET",
            "servicepoints",
            params={**params, **({"key": key} if key else {})},
        )
        return services.from_points(answer)[:limit]

    # Tracking

    def _track(self, backend, parcels):
        """Ask shipment by shipment: DHL tells the offsets of times only there."""
        shipments = {}
        for parcel in parcels:
            number = parcel.shipment_external_id or parcel.tracking_number
            shipments.setdefault(number, set()).add(parcel.tracking_number)
        return [
            envelope
            for number, wanted in shipments.items()
            for envelope in self._track_shipment(backend, number, wanted)
        ]

    def _track_shipment(self, backend, number, wanted):
        params = {
            "trackingView": "all-checkpoints",
            "levelOfDetail": "all",
            "requestGMTOffsetPerEvent": "true",
        }
        try:
            answer = self._call_json(
                backend,
                "exp-api-shipments-tracking",
                "GET",
                f"shipments/{quote(number, safe='')}/tracking",
                params=params,
            )
        except Rejected as error:
            # Before its first scan a shipment is not known.
            if error.http_status == 404:
                return []
            raise
        return tracking.to_envelopes(answer, wanted)

    def _translate(self, backend, event, payload):
        return tracking.from_event(payload)

    def _send_proof(self, backend, message, proof):
        number = proof.shipment_external_id or proof.tracking_number
        params = {
            "shipperAccountNumber": self._get_account(backend),
            "content": "epod-detail-esig",
        }
        try:
            answer = self._call_json(
                backend,
                "exp-api-shipments-epod",
                "GET",
                f"shipments/{quote(number, safe='')}/proof-of-delivery",
                params=params,
            )
        except Rejected as error:
            if error.http_status != 404:
                raise
            answer = {}
        documents = [
            translator.to_proof(document, number)
            for document in answer.get("documents") or ()
            if document.get("content")
        ]
        if not documents:
            raise RemoteUnavailable(
                self.env._("DHL has no proof of delivery of %s yet.", number),
                retry_after=PROOF_RETRY,
            )
        found = ProofOfDelivery(proof.tracking_number, tuple(documents))
        return SendResult(external_id=number, response=found)

    def _lookup_proof(self, backend, message, proof):
        return None  # asking twice does no harm

    def _read_freight_invoice(self, backend, name, content):
        return invoice_file.read(content)
