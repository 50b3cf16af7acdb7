"""DHL Express on the wire (MyDHL API): access, rates, tracking, places, labels."""

from datetime import UTC, datetime

from requests.auth import HTTPBasicAuth

from odoo import fields, models

from odoo.addons.logistics_carrier.tools import verbs
from odoo.addons.logistics_carrier.tools.declarations import several
from odoo.addons.logistics_core.envelope import SendResult
from odoo.addons.logistics_core.errors import InvalidMessage, Rejected
from odoo.addons.logistics_core.fields import Secret
from odoo.addons.logistics_core.texts import _lt
from odoo.addons.logistics_core.tools import json_paths
from odoo.addons.logistics_core.tools.operations import ask, delete, get, patch, post
from odoo.addons.logistics_core.tools.zones import get_zone

from .. import const, translator
from ..tools import dangerous, landed_cost, paperless, rates, services, tracking


class LogisticsBackend(models.Model):
    _inherit = "logistics.backend"

    connector = fields.Selection(
        selection_add=[("dhl_express", "DHL Express")],
        ondelete={"dhl_express": "set disconnected"},
    )
    dhl_express_user = fields.Char(string="DHL API user")
    dhl_express_password = Secret(string="DHL API password")
    dhl_express_account = fields.Char(
        string="DHL account", help="The account that ships and pays."
    )
    dhl_express_point_key = Secret(
        string="DHL service point key",
        help="DHL gives a key of its own for its search of service points.",
    )


class LogisticsConnectorDhlExpress(models.AbstractModel):
    """Operations are named as in MyDHL's OpenAPI, for the attempts' log."""

    _name = "logistics.connector.dhl_express"
    _inherit = "logistics.connector"
    _description = "Connector: DHL Express"

    _base_urls = {
        "production": "https://express.api.dhl.com/mydhlapi",
        "sandbox": "https://express.api.dhl.com/mydhlapi/test",
    }
    _required_settings = (
        "dhl_express_user",
        "dhl_express_password",
        "dhl_express_account",
    )
    _services = const.SERVICES
    _freight_layout = const.INVOICE_FILE
    _tracking_url = "https://www.dhl.com/global-en/home/tracking.html?tracking-id={}"
    # `additionalDetails` say which field is wrong, `detail` often only that one is.
    _error_texts = ("detail", "additionalDetails")
    _headers = {"x-version": const.VERSION}
    _request_id_headers = ("Message-Reference",)
    _operations = {
        "exp-api-rates-many": ask("rates"),
        "exp-api-landed-cost": ask("landed-cost"),
        "exp-api-address-validate": get(
            "address-validate", params={"strictValidation": "false"}
        ),
        "exp-api-servicepoints": get("servicepoints"),
        "exp-api-shipments": post("shipments"),
        "exp-api-shipments-img-upload": patch("shipments/{}/upload-image", expect=None),
        # Before its first scan a shipment is not known.
        "exp-api-shipments-tracking": get(
            "shipments/{}/tracking",
            none=404,
            params={
                "trackingView": "all-checkpoints",
                "levelOfDetail": "all",
                "requestGMTOffsetPerEvent": "true",
            },
        ),
        "exp-api-shipments-tracking-multi": get(
            "tracking",
            none=404,
            params={"trackingView": "advance-shipment", "levelOfDetail": "all"},
        ),
        "exp-api-shipments-epod": get(
            "shipments/{}/proof-of-delivery",
            none=404,
            params={"content": "epod-detail-esig"},
        ),
        "exp-api-shipments-documentimage": get(
            "shipments/{}/get-image",
            none=404,
            params={"typeCode": "waybill", "encodingFormat": "pdf"},
        ),
        "exp-api-pickups": post("pickups"),
        "exp-api-pickups-update": patch("pickups/{}"),
        # A booking that is not there any more is as good as cancelled.
        "exp-api-pickups-cancel": delete("pickups/{}", none=404, expect=None),
    }
    # MyDHL has no void: a label that is not used is not billed.
    _senders = verbs.senders("shipment", "pickup", "proof", "document")
    _lookups = verbs.lookups("shipment", "pickup")
    # MyDHL cannot be asked for documents, and the same files may come again.
    _repeatable = frozenset({"transport_proof", "transport_document"})
    _capabilities = verbs.SHIPMENT_OPTIONS | {
        *_senders,
        "rate",
        "landed_cost",
        "track",
        "address_check",
        "access_points",
        "freight_invoice",
        "paperless_documents",
    }
    _event_types = {tracking.TRACKED: "transport_status"}
    _label_formats = ("PDF", "ZPL")
    # Parcels of one shipment share a call; see `_track`.
    _track_batch = 25

    def _get_auth(self, backend):
        password = self._get_setting(backend, "dhl_express_password")
        return HTTPBasicAuth(self._get_setting(backend, "dhl_express_user"), password)

    def _get_account(self, backend):
        """Return the account that ships and pays."""
        return self._get_setting(backend, "dhl_express_account")

    def _test_connection(self, backend):
        account = self._get_account(backend)
        params = {"type": "pickup", **const.KNOWN_PLACE}
        self._call(backend, "exp-api-address-validate", params=params)
        return self.env._("Connected to DHL Express, account %s.", account)

    # Prices

    def _get_rates(self, backend, request):
        account = self._get_account(backend)
        table = backend._get_dhl_express_agreed()
        body = rates.to_rates(request, account, datetime.now(UTC), table)
        answer = self._call(backend, "exp-api-rates-many", json=body)
        zone = get_zone(request.ship_to.address)
        return rates.from_rates(answer, request.services, zone)

    def _get_landed_cost(self, backend, request):
        body = landed_cost.to_landed_cost(request, self._get_account(backend))
        answer = self._call(backend, "exp-api-landed-cost", json=body)
        found = landed_cost.from_landed_cost(answer, request)
        if found is None:
            reasons = " ".join(landed_cost.get_warnings(answer))
            raise Rejected(
                _lt("DHL calculates no duties and taxes: %s", reasons or "-")
            )
        return found

    # Places

    def _check_address(self, backend, address):
        params = services.to_check(address)
        try:
            answer = self._call(backend, "exp-api-address-validate", params=params)
        except Rejected as error:
            # DHL answers 400 or 404 for a place it does not know.
            if error.http_status not in (400, 404):
                raise
            answer = {"warnings": [error.text]}
        return services.from_check(answer, address)

    def _find_access_points(self, backend, address, limit=10):
        key = backend._get_secret("dhl_express_point_key")
        params = {**services.to_points(address, limit), **({"key": key} if key else {})}
        answer = self._call(backend, "exp-api-servicepoints", params=params)
        return services.from_points(answer)[:limit]

    def _find_dangerous_problems(self, backend, goods):
        table = backend._get_dhl_express_agreed()
        missing = [one for one in goods if not dangerous.find(one, table)]
        names = dict.fromkeys(dangerous.describe(one) for one in missing)
        return [
            self.env._(
                "DHL takes %(goods)s only under a content ID that it agreed with you:"
                " enter it on “%(backend)s”, under Dangerous goods.",
                goods=name,
                backend=backend.name,
            )
            for name in names
        ]

    # Tracking

    def _track(self, backend, parcels):
        """Ask shipment by shipment: DHL gives the offsets of times only there."""
        shipments = {}
        for parcel in parcels:
            number = parcel.shipment_external_id or parcel.tracking_number
            shipments.setdefault(number, set()).add(parcel.tracking_number)
        found = []
        for number, wanted in shipments.items():
            answer = self._call(backend, "exp-api-shipments-tracking", number)
            found += tracking.to_envelopes(answer or {}, wanted)
        return found

    def _translate(self, backend, event, payload):
        return tracking.from_event(payload)

    def _send_proof(self, backend, message, proof):
        number = proof.shipment_external_id or proof.tracking_number
        params = {"shipperAccountNumber": self._get_account(backend)}
        answer = self._call(backend, "exp-api-shipments-epod", number, params)
        found = json_paths.rows(answer, "documents")
        return self._get_proof(proof, translator.from_proof(found, number, proof))

    def _check_shipment(self, backend, instruction):
        account = self._get_account(backend)
        table = backend._get_dhl_express_agreed()
        translator.to_shipment(instruction, account, datetime.now(UTC), table)

    # Labels

    def _send_shipment(self, backend, message, instruction):
        account = self._get_account(backend)
        table = backend._get_dhl_express_agreed()
        body = translator.to_shipment(instruction, account, datetime.now(UTC), table)
        body = paperless.add_documents(body, instruction)
        answer = self._call(backend, "exp-api-shipments", json=body)
        with self._reading(backend):
            return self._get_bought(translator.from_shipment(answer, instruction))

    def _lookup_shipment(self, backend, message, instruction):
        """Find a shipment by our reference, and the document that DHL has of it.

        MyDHL gives a label once, and cannot cancel a shipment. What it gives again is
        the image of the waybill.
        """
        account = self._get_account(backend)
        params = translator.to_search(instruction, account, datetime.now(UTC))
        answer = self._call(backend, "exp-api-shipments-tracking-multi", params=params)
        found = translator.find_tracked(answer or {}, instruction.reference)
        if not found:
            return None
        numbers = [str(shipment.get("shipmentTrackingNumber")) for shipment in found]
        if len(found) > 1:
            raise several(instruction.reference, numbers, "DHL")
        waybill = self._get_waybill(backend, numbers[0], instruction)
        confirmation = translator.from_tracked(found[0], instruction, waybill)
        note = not waybill and self.env._(
            "DHL had this shipment already and gives its label once: print it in"
            " MyDHL+."
        )
        return self._get_found(backend, instruction, confirmation, note)

    def _get_waybill(self, backend, number, instruction):
        params = {
            "shipperAccountNumber": self._get_account(backend),
            "pickupYearAndMonth": f"{instruction.ship_date:%Y-%m}",
        }
        name = "exp-api-shipments-documentimage"
        answer = self._call(backend, name, number, params)
        return translator.to_waybill(answer, number, instruction)

    # Pick-ups

    def _send_pickup(self, backend, message, pickup):
        """Book, or change and cancel each visit that was booked."""
        account = self._get_account(backend)
        if pickup.action == "cancel":
            for key in pickup.get_keys():
                params = services.to_cancel(pickup)
                self._call(backend, "exp-api-pickups-cancel", key, params)
            return SendResult(pickup.external_id)
        if pickup.action == "change":
            name, body = "exp-api-pickups-update", services.to_change(pickup, account)
            answer = self._call(backend, name, pickup.external_id, json=body)
        else:
            body = services.to_pickup(pickup, account)
            answer = self._call(backend, "exp-api-pickups", json=body)
        with self._reading(backend):
            return self._get_answered(services.from_pickup(answer, pickup))

    def _lookup_pickup(self, backend, message, pickup):
        """Return None: a change states the whole, a cancellation is harmless twice.

        :raises NotSupported: MyDHL cannot be asked for bookings
        """
        if pickup.action == "book":
            raise self._not_supported(backend, "lookup")

    # Own documents for customs

    def _get_document_rules(self, backend):
        return paperless.RULES

    def _send_document(self, backend, message, order):
        """Upload documents to a shipment; MyDHL has nothing else of them.

        :raises NotSupported: to upload without a shipment, or to delete
        """
        if order.action != "attach":
            raise self._not_supported(backend, f"{order.action} documents")
        number = order.shipment_external_id
        if not number:
            raise InvalidMessage(_lt("The shipment has no waybill number."))
        body = paperless.to_upload(order, self._get_account(backend))
        self._call(backend, "exp-api-shipments-img-upload", number, json=body)
        return SendResult(note=self.env._("DHL has the documents of %s.", number))
