"""ShipEngine on the wire: settings, access, prices, places, labels."""

from functools import partial

from odoo import fields, models

from odoo.addons.logistics_carrier.tools import verbs
from odoo.addons.logistics_core.envelope import SendResult
from odoo.addons.logistics_core.errors import (
    OutcomeUnknown,
    RateLimited,
    Rejected,
    RemoteUnavailable,
)
from odoo.addons.logistics_core.fields import Secret
from odoo.addons.logistics_core.texts import _lt
from odoo.addons.logistics_core.tools import json_fields, json_paths
from odoo.addons.logistics_core.tools.http_auth import ApiKeyAuth
from odoo.addons.logistics_core.tools.http_errors import SAFE_METHODS
from odoo.addons.logistics_core.tools.operations import ask, delete, get, post, put

from .. import const, translator
from ..tools import addresses, packages, prices


class LogisticsBackend(models.Model):
    _inherit = "logistics.backend"

    connector = fields.Selection(
        selection_add=[("shipengine", "ShipEngine")],
        ondelete={"shipengine": "set disconnected"},
    )
    shipengine_api_key = Secret(string="ShipEngine API key")
    shipengine_insurance = fields.Selection(
        const.INSURERS,
        string="ShipEngine insurer",
        default="carrier",
        help="Who insures a parcel whose shipment asks for insurance.",
    )
    shipengine_label_layout = fields.Selection(
        [(layout, layout) for layout in const.LABEL_LAYOUTS],
        string="ShipEngine label layout",
        default="4x6",
    )
    shipengine_test_labels = fields.Boolean(
        string="ShipEngine test labels",
        help="Ask for labels that cost nothing and are not carried.",
    )


class LogisticsConnectorShipengine(models.AbstractModel):
    """Operations are named as in ShipEngine's OpenAPI, for the attempts' log."""

    _name = "logistics.connector.shipengine"
    _inherit = "logistics.connector"
    _description = "Connector: ShipEngine"

    _base_urls = dict.fromkeys(("production", "sandbox"), "https://api.shipengine.com")
    _required_settings = ("shipengine_api_key",)
    _rate_limits = const.RATE_LIMITS
    _error_code = "errors.error_code"
    _error_request_id = "request_id"
    _operations = {
        "list_carriers": get("v1/carriers"),
        "calculate_rates": ask("v1/rates"),
        "validate_address": ask("v1/addresses/validate", expect=list),
        "service_points_list": ask("v1/service_points/list"),
        "create_label": post("v1/labels"),
        "create_label_from_shipment": post("v1/labels/shipment/{}"),
        "void_label": put("v1/labels/{}/void"),
        "get_label_by_id": get("v1/labels/{}", none=404),
        "get_label_by_external_shipment_id": get(
            "v1/labels/external_shipment_id/{}",
            none=404,
            params={"label_download_type": "inline"},
        ),
        "create_shipments": post("v1/shipments"),
        "update_shipment": put("v1/shipments/{}"),
        "get_shipment_by_external_id": get(
            "v1/shipments/external_shipment_id/{}", none=404
        ),
        "create_batch": post("v1/batches"),
        "process_batch": post("v1/batches/{}/process/labels", expect=None),
        "get_batch_by_external_id": get("v1/batches/external_batch_id/{}", none=404),
        "list_batch_errors": get("v1/batches/{}/errors"),
        "get_tracking_log": get("v1/tracking", none=404),
        "get_tracking_log_from_label": get("v1/labels/{}/track", none=404),
        "create_manifest": post("v1/manifests"),
        "list_manifests": get("v1/manifests"),
        "get_manifest_request_by_id": get("v1/manifests/requests/{}"),
        "schedule_pickup": post("v1/pickups"),
        "delete_scheduled_pickup": delete("v1/pickups/{}"),
        "get_pickup_by_id": get("v1/pickups/{}", none=404),
        "list_scheduled_pickups": get("v1/pickups"),
        "create_webhook": post(const.WEBHOOK_PATH),
        "list_webhooks": get(const.WEBHOOK_PATH, expect=list),
        "delete_webhook": delete(f"{const.WEBHOOK_PATH}/{{}}", expect=None),
    }
    _senders = verbs.senders("shipment", "batch", "void", "manifest", "pickup", "proof")
    _lookups = verbs.lookups("shipment", "batch", "void", "manifest", "pickup")
    _repeatable = frozenset({"transport_proof"})
    _capabilities = verbs.SHIPMENT_OPTIONS | {
        *_senders,
        "rate",
        "track",
        "webhook",
        "subscribe",
        "address_check",
        "access_points",
    }
    _pickup_actions = frozenset({"book", "cancel"})
    _event_types = const.EVENT_TYPES
    # The contract defines headers of our own, and no signature.
    _webhook_key = (
        const.WEBHOOK_HEADER,
        ("webhook_secret", "webhook_secret_previous"),
    )
    _subscription_operations = (
        "list_webhooks",
        "create_webhook",
        "delete_webhook",
        "webhook_id",
    )
    _subscribes_once = True
    _label_formats = ("PDF", "ZPL", "PNG")

    def _get_rate_limits(self, backend):
        limits = super()._get_rate_limits(backend)
        is_test = backend.environment == "sandbox"
        return const.SANDBOX_RATE_LIMITS if limits and is_test else limits

    def _get_auth(self, backend):
        return ApiKeyAuth(self._get_setting(backend, "shipengine_api_key"), "API-Key")

    def _get_error(self, backend, response):
        """Map by status, then by what `error_response_body` says."""
        error = super()._get_error(backend, response)
        if not isinstance(error, Rejected):
            return error
        if error.code == "rate_limit_exceeded":
            return error.turned_into(RateLimited)
        if self._read_error(response, "errors.error_type") == "system":
            # Of ShipEngine's or the carrier's own making: nothing to correct here.
            is_safe = response.request.method in SAFE_METHODS
            return error.turned_into(RemoteUnavailable if is_safe else OutcomeUnknown)
        if error.code in ("insufficient_funds", "funding_source_missing_configuration"):
            error.remedy = _lt("Add funds at ShipEngine, then retry.")
        return error

    def _test_connection(self, backend):
        carriers = self._get_carriers(backend)
        keys = ("nickname", "friendly_name", "carrier_id")
        names = sorted(json_paths.text(carrier, *keys) for carrier in carriers)
        return self.env._(
            "Connected to ShipEngine with %(count)s carrier accounts: %(names)s.",
            count=len(names),
            names=", ".join(names) or "-",
        )

    def _get_carriers(self, backend):
        """Return the carrier accounts, with their services."""
        answer = self._call(backend, "list_carriers")
        return [
            carrier
            for carrier in json_fields.children(answer, "carriers")
            if json_fields.text(carrier, "carrier_id")
            and not carrier.get("disabled_by_billing_plan")
        ]

    def _get_services(self, backend):
        return packages.to_services(self._get_carriers(backend))

    def _get_rates(self, backend, request):
        wanted = {packages.split_service(name)[0] for name in request.services}
        carriers = sorted(wanted) or [
            carrier["carrier_id"] for carrier in self._get_carriers(backend)
        ]
        if not carriers:
            raise Rejected(_lt("The ShipEngine account has no carriers."))
        body = prices.to_rate_request(request, carriers, backend.shipengine_insurance)
        answer = self._call(backend, "calculate_rates", json=body)
        rates = prices.from_rates(answer, request)
        if not rates and (text := prices.get_refusal(answer)):
            raise Rejected(_lt("ShipEngine offers nothing: %s", text))
        return rates

    def _check_address(self, backend, address):
        body = [addresses.to_address(address)]
        results = self._call(backend, "validate_address", json=body)
        if not results:
            raise RemoteUnavailable(_lt("ShipEngine did not check the address."))
        return addresses.from_check(results[0], address)

    def _find_access_points(self, backend, address, limit=10):
        carriers = [carrier["carrier_id"] for carrier in self._get_carriers(backend)]
        body = addresses.to_search(address, carriers, limit)
        answer = self._call(backend, "service_points_list", json=body)
        return addresses.from_service_points(answer)[:limit]

    # Webhooks

    def _prepare_subscription(self, backend, secret):
        return {
            "event": const.WEBHOOK_EVENT,
            "url": backend.webhook_url,
            "name": f"Odoo: {backend.name}",
            "headers": [{"key": const.WEBHOOK_HEADER, "value": secret}],
        }

    def _check_shipment(self, backend, instruction):
        translator.to_label_request(instruction)

    # Labels

    def _send_shipment(self, backend, message, instruction):
        self._refuse_batched(message)
        body = translator.to_label_request(
            instruction,
            insurer=backend.shipengine_insurance or "none",
            layout=backend.shipengine_label_layout or "4x6",
            test=bool(backend.shipengine_test_labels),
        )
        try:
            label = self._call(backend, "create_label", json=body)
        except Rejected as error:
            if error.code != const.TAKEN:
                raise
            # The reference is taken: by our own earlier purchase, perhaps.
            found = self._lookup_shipment(backend, message, instruction)
            if found:
                return found
            label = self._buy_existing(backend, instruction)
            if label is None:
                raise
        return self._read_label(backend, label, instruction)

    def _lookup_shipment(self, backend, message, instruction):
        """Return the label bought under our reference.

        :raises Conflict: it is not what we asked for
        :raises Rejected: it was voided
        """
        name, key = "get_label_by_external_shipment_id", instruction.reference
        label = self._call(backend, name, key)
        if label is None or label.get("status") == "error":
            return None
        if translator.is_voided(label):
            raise Rejected(
                _lt("The label was voided at ShipEngine."),
                remedy=_lt("Make a new shipment."),
            )
        with self._reading(backend):
            others = translator.differences(label, instruction)
        self._check_same(backend, instruction.reference, others)
        return self._read_label(backend, label, instruction)

    def _read_label(self, backend, label, instruction):
        """Return the SendResult of a label.

        It is paid for: what goes wrong from here on leads to looking it up.
        """
        status = label.get("status")
        if status == "error":
            raise Rejected(_lt("The carrier made no label."))
        if status == "processing" or not label.get("label_id"):
            raise OutcomeUnknown(
                _lt("ShipEngine is still making the label."), retry_after=15
            )
        fetch = partial(self._fetch, backend)
        with self._reading(backend):
            return self._get_bought(translator.from_label(label, instruction, fetch))

    def _send_void(self, backend, message, void):
        """Void exactly this label; ShipEngine's answer decides."""
        key = void.shipment_external_id
        answer = self._call(backend, "void_label", key)
        text, code = json_fields.text(answer, "message"), answer.get("reason_code")
        if answer.get("approved") is True or code == const.ALREADY_VOID:
            return SendResult(external_id=key, note=text)
        raise Rejected(
            _lt("The carrier does not void the label: %s", text or code or "-"),
            code=code,
            remedy=_lt("Ask the carrier for a refund, or ship the parcel as it is."),
        )

    def _lookup_void(self, backend, message, void):
        key = void.shipment_external_id
        label = self._call(backend, "get_label_by_id", key)
        is_void = label and translator.is_voided(label)
        return SendResult(external_id=key) if is_void else None
