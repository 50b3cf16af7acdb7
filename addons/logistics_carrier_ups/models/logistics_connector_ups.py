"""UPS on the wire: settings, access, tracking, rates, labels, pick-ups, documents."""

from odoo import fields, models

from odoo.addons.logistics_carrier.canonical import TransportPickupConfirmation
from odoo.addons.logistics_carrier.tools import verbs
from odoo.addons.logistics_core.connectors.webhook import read_text
from odoo.addons.logistics_core.envelope import SendResult
from odoo.addons.logistics_core.errors import AuthenticationFailed, Rejected
from odoo.addons.logistics_core.fields import Secret
from odoo.addons.logistics_core.texts import _lt
from odoo.addons.logistics_core.tools import json_paths
from odoo.addons.logistics_core.tools.operations import ask, delete, get, post
from odoo.addons.logistics_core.tools.zones import get_zone

from .. import const, translator
from ..tools import paperless, pickups, rates, tracking


class LogisticsBackend(models.Model):
    _inherit = "logistics.backend"

    connector = fields.Selection(
        selection_add=[("ups", "UPS")], ondelete={"ups": "set disconnected"}
    )
    ups_client_id = fields.Char(string="UPS client ID")
    ups_client_secret = Secret(string="UPS client secret")
    ups_account = fields.Char(
        string="UPS account number",
        size=6,
        help="The six characters of our shipper number.",
    )
    ups_alert_key = Secret(
        string="UPS Track Alert key",
        help="What UPS sends in the header x-api-key of its track alerts: the client"
        " ID that UPS was given for our webhook.",
    )
    ups_alert_id = fields.Char(
        string="UPS Track Alert subscription ID",
        help="The ID UPS gave us for track alerts of the whole account.",
    )


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

    def _check_shipment(self, backend, instruction):
        translator.to_shipment(instruction, self._get_account(backend))

    # Labels

    def _send_shipment(self, backend, message, instruction):
        account = self._get_account(backend)
        point = None
        if instruction.access_point:
            point = self._get_access_point(backend, instruction)
        body = translator.to_shipment(instruction, account, point)
        answer = self._call(backend, "Shipment", json=body)
        with self._reading(backend):
            return self._get_bought(translator.from_shipment(answer, instruction))

    def _get_access_point(self, backend, instruction):
        """Return the access point with its address, which UPS asks for too."""
        address, number = instruction.ship_to.address, instruction.access_point
        for point in self._find_access_points(backend, address, number=number):
            if point.external_id == number:
                return point
        raise Rejected(
            _lt("UPS knows no access point %s near the recipient.", number),
            remedy=_lt("Choose another access point, then send it again."),
        )

    def _lookup_shipment(self, backend, message, instruction):
        """Recover the labels of our reference; voided ones are not recovered."""
        body = translator.to_recovery(instruction, self._get_account(backend))
        answer = self._call(backend, "LabelRecovery", json=body)
        found = translator.from_recovery(answer, instruction)
        return found and self._get_found(backend, instruction, found)

    def _send_void(self, backend, message, void):
        """Void the shipment; of a part of it, only the parcel named."""
        number, params = void.shipment_external_id, {}
        if void.part:
            (params["trackingnumber"],) = void.tracking_numbers
        headers = {"shipperNumber": self._get_account(backend)}
        answer = self._call(
            backend, "VoidShipment", number, params=params, headers=headers
        )
        if answer is None:
            return SendResult(number, note=self.env._("It was void already."))
        self._check_voided(void, json_paths.block(answer, "VoidShipmentResponse"))
        return SendResult(number)

    def _check_voided(self, void, result):
        """Raise Rejected unless all that was named is void: UPS may void a part."""
        status = json_paths.block(result, "SummaryResult.Status")
        codes = {
            json_paths.text(package, "TrackingNumber"): json_paths.text(
                package, "Status.Code"
            )
            for package in json_paths.rows(result, "PackageLevelResults")
        }
        whole = str(status.get("Code")) == "1"
        if void.part:
            # The other packages are meant to live on.
            codes = {n: codes[n] for n in void.tracking_numbers if n in codes}
            whole = whole or bool(codes)
        left = [str(number) for number, code in codes.items() if code != "1"]
        if not whole or left:
            raise Rejected(
                _lt(
                    "UPS does not void %(what)s: %(text)s",
                    what=", ".join(left) or void.shipment_external_id,
                    text=status.get("Description") or "",
                ),
                code=str(status.get("Code")),
            )

    def _lookup_void(self, backend, message, void):
        """Ask tracking, which marks voided parcels with the type MV."""
        for number in void.tracking_numbers or (void.shipment_external_id,):
            answer = self._get_track(backend, number)
            newest = tracking.to_envelopes(answer or {})[-1:]
            events = [self._translate(backend, e.event, e.payload) for e in newest]
            if not events or events[0].status != "cancelled":
                return None
        return SendResult(void.shipment_external_id)

    # Pick-ups

    def _send_pickup(self, backend, message, pickup):
        """Book, or cancel; a change is both, as UPS has none of its own."""
        if pickup.action in ("change", "cancel"):
            self._cancel_pickup(backend, pickup.external_id)
        if pickup.action == "cancel":
            return SendResult(pickup.external_id)
        body = pickups.to_pickup(pickup, self._get_account(backend))
        answer = self._call(backend, "Pickup Creation", json=body)
        with self._reading(backend):
            return self._get_answered(pickups.from_pickup(answer, pickup))

    def _cancel_pickup(self, backend, number):
        """Cancel; one that is not pending any more is as good as cancelled."""
        try:
            self._call(backend, "Pickup Cancel", headers={"Prn": number})
        except Rejected:
            if pickups.is_pending(self._get_pending(backend), number):
                raise

    def _get_pending(self, backend):
        headers = {"AccountNumber": self._get_account(backend)}
        return self._call(backend, "Pickup Pending Status", headers=headers)

    def _lookup_pickup(self, backend, message, pickup):
        """Find the booking of our reference among the pending ones."""
        answer = self._get_pending(backend)
        if pickup.action == "cancel":
            pending = pickups.is_pending(answer, pickup.external_id)
            return None if pending else SendResult(pickup.external_id)
        number = pickups.find_pending(answer, pickup.reference)
        if not number or number == pickup.external_id:
            return None  # not booked, or what is to be changed is still there
        found = TransportPickupConfirmation(number, pickup.ready_local)
        return self._get_answered(found)

    # Own documents for customs

    def _get_document_rules(self, backend):
        return paperless.get_rules(backend.environment)

    def _send_document(self, backend, message, order):
        account = self._get_account(backend)
        headers = {"ShipperNumber": account}
        if order.action == "delete":
            return self._delete_document(backend, order, headers)
        if order.action == "upload":
            name, read = "Upload", paperless.from_upload
            body = paperless.to_upload(order, account)
        else:
            name, read = "PushToImageRepository", paperless.from_push
            body = paperless.to_push(order, account)
        answer = self._call(backend, name, headers=headers, json=body)
        with self._reading(backend):
            return SendResult(read(answer))

    def _delete_document(self, backend, order, headers):
        """Delete; a document that is not there any more is as good as deleted."""
        key = order.documents[0].external_id
        self._call(backend, "Delete", headers={**headers, "DocumentId": key})
        return SendResult(key)
