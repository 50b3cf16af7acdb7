"""UPS on the wire: access, tracking, rates and pickups."""

from odoo import models

from odoo.addons.logistics_carrier.tools import verbs
from odoo.addons.logistics_core.connectors.webhook import read_text
from odoo.addons.logistics_core.errors import AuthenticationFailed
from odoo.addons.logistics_core.texts import _lt
from odoo.addons.logistics_core.tools.operations import ask, delete, get, post
from odoo.addons.logistics_core.tools.zones import get_zone

from .. import const
from ..tools import pickups, rates, tracking


class LogisticsConnectorUps(models.AbstractModel):
    """Operations are named as in UPS's OpenAPI documents, for the attempts' log."""

    _name = "logistics.connector.ups"
    _inherit = "logistics.connector"
    _description = "Connector: UPS"

    _base_urls = {
        "production": "https://onlinetools.ups.com",
        "sandbox": "https://wwwcie.ups.com",
    }
    _required_settings = ("ups_client_id", "ups_client_secret", "ups_account")
    _services = const.SERVICES
    _freight_layout = const.BILLING
    _tracking_url = "https://www.ups.com/track?tracknum={}"
    _error_texts = ("response.errors.message",)
    _error_code = "response.errors.code"
    _headers = {"transactionSrc": const.SOURCE}
    _request_id_headers = ("transId",)
    # UPS signs nothing: it shows the client ID it was given for our webhook.
    _webhook_key = ("x-api-key", ("ups_alert_key",))
    _operations = {
        "Rate": ask(
            "api/rating/v2409/Shop", params={"additionalinfo": "timeintransit"}
        ),
        "Shipment": post("api/shipments/v2409/ship"),
        "VoidShipment": delete(
            "api/shipments/v2409/void/cancel/{}", none_words=const.ALREADY_VOID
        ),
        "LabelRecovery": ask(
            "api/labels/v1/recovery", none=404, none_words=const.NOT_FOUND
        ),
        # A new label is unknown to tracking until its data were processed.
        "getSingleTrackResponseUsingGET": get(
            "api/track/v1/details/{}", none=404, params={"locale": const.LOCALE}
        ),
        "createAccountSubscription": post(const.ALERT_PATH),
        "unsubscribeAccountSubscription": delete(const.ALERT_PATH, expect=None),
        "Pickup Creation": post("api/pickupcreation/v2409/pickup"),
        # 02: by its number (PRN)
        "Pickup Cancel": delete("api/shipments/v2409/pickup/02", expect=None),
        "Pickup Pending Status": get("api/shipments/v2409/pickup/oncall"),
        # 3: validation and classification
        "AddressValidation": ask("api/addressvalidation/v2/3"),
        # 64: UPS Access Points
        "Locator": ask("api/locations/v3/search/availabilities/64"),
        "Upload": post("api/paperlessdocuments/v2/upload"),
        "PushToImageRepository": post("api/paperlessdocuments/v2/image"),
        "Delete": delete(
            "api/paperlessdocuments/v2/DocumentId/ShipperNumber",
            none=404,
            none_words=const.NOT_FOUND,
            expect=None,
        ),
    }
    _senders = verbs.senders("shipment", "void", "pickup", "proof", "document")
    _lookups = verbs.lookups("shipment", "void", "pickup")
    # A document uploaded twice has two keys, and only the one that is known goes with
    # a shipment; the same keys pushed again are the same documents.
    _repeatable = frozenset({"transport_proof", "transport_document"})
    _capabilities = verbs.SHIPMENT_OPTIONS | {
        *_senders,
        "rate",
        "published_rate",
        "track",
        "webhook",
        "subscribe",
        "address_check",
        "access_points",
        "freight_invoice",
        "paperless_documents",
        "void_parcel",
    }
    _event_types = dict.fromkeys((tracking.TRACKED, tracking.ALERT), "transport_status")
    # PDF and PNG are made from the picture (GIF) that UPS delivers.
    _label_formats = ("ZPL", "PDF", "PNG")

    def _get_auth(self, backend):
        path = "security/v1/oauth/token"
        return self._get_oauth(backend, path, "ups_client_id", "ups_client_secret")

    def _get_account(self, backend):
        """Return our shipper number."""
        account = self._get_setting(backend, "ups_account")
        if len(account) != 6:
            raise AuthenticationFailed(
                _lt("UPS's account number has six characters: %s", account)
            )
        return account

    def _test_connection(self, backend):
        self._get_pending(backend)
        return self.env._("Connected to UPS, account %s.", self._get_account(backend))

    # Tracking

    def _track_parcel(self, backend, parcel):
        answer = self._get_track(backend, parcel.tracking_number)
        return tracking.to_envelopes(answer) if answer else []

    def _get_track(self, backend, number, **params):
        """Return UPS's answer about a parcel, None when it knows none (yet)."""
        name = "getSingleTrackResponseUsingGET"
        return self._call(backend, name, number, params=params)

    def _send_proof(self, backend, message, proof):
        number = proof.tracking_number
        wanted = {"returnSignature": "true", "returnPOD": "true"}
        answer = self._get_track(backend, number, **wanted)
        return self._get_proof(proof, tracking.from_proof(answer, number))

    # Track alerts

    def _receive(self, backend, headers, body):
        return [tracking.alert_to_envelope(read_text(body))]

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
        self._call(backend, "createAccountSubscription", json=body)
        backend.sudo().webhook_subscription = body["shipperAccountNumber"]

    def _unsubscribe(self, backend):
        params = {"shipper_account_number": self._get_account(backend)}
        self._call(backend, "unsubscribeAccountSubscription", params=params)
        backend.sudo().webhook_subscription = False

    # Rates, invoices and places

    def _get_rates(self, backend, request):
        body = rates.to_rate(request, self._get_account(backend))
        answer = self._call(backend, "Rate", json=body)
        zone = get_zone(request.ship_to.address)
        return rates.from_rates(answer, request.services, zone)

    def _check_address(self, backend, address):
        body = pickups.to_check(address)
        answer = self._call(backend, "AddressValidation", json=body)
        return pickups.from_check(answer, address)

    def _find_access_points(self, backend, address, limit=10, number=None):
        body = pickups.to_locator(address, limit, number)
        answer = self._call(backend, "Locator", json=body)
        return pickups.from_locator(answer)[:limit]
