"""ShipEngine on the wire: access, services, prices, addresses, webhooks."""

import hmac
import secrets
from contextlib import contextmanager
from urllib.parse import quote

from odoo import models

from odoo.addons.logistics_core.errors import (
    AuthenticationFailed,
    InvalidMessage,
    OutcomeUnknown,
    RateLimited,
    Rejected,
    RemoteUnavailable,
    TransientError,
)
from odoo.addons.logistics_core.tools import json_fields
from odoo.addons.logistics_core.tools.error_text import error_text
from odoo.addons.logistics_core.tools.http_auth import ApiKeyAuth
from odoo.addons.logistics_core.tools.http_errors import SAFE_METHODS
from odoo.addons.logistics_core.tools.masking import mask_body

from .. import const
from ..tools import addresses, packages, prices


class LogisticsConnectorShipengine(models.AbstractModel):
    """Operations are named as in ShipEngine's OpenAPI, for the attempts' log."""

    _name = "logistics.connector.shipengine"
    _inherit = "logistics.connector"
    _description = "Connector: ShipEngine"

    _senders = {
        "transport_instruction": "_send_label",
        "transport_batch": "_send_batch",
        "transport_void": "_send_void",
        "transport_manifest": "_send_manifest",
        "transport_pickup": "_send_pickup",
        "transport_proof": "_send_proof",
    }
    _lookups = {
        "transport_instruction": "_lookup_label",
        "transport_batch": "_lookup_batch",
        "transport_void": "_lookup_void",
        "transport_manifest": "_lookup_manifest",
        "transport_pickup": "_lookup_pickup",
        "transport_proof": "_lookup_nothing",
    }
    _capabilities = frozenset(
        {
            *_senders,
            "rate",
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
        }
    )
    _event_types = const.EVENT_TYPES
    _label_formats = ("PDF", "ZPL", "PNG")
    _track_batch = 1

    def _lookup_nothing(self, backend, message, canonical):
        return None

    def _get_base_url(self, backend):
        return (backend.base_url or const.BASE_URL).rstrip("/")

    def _get_auth(self, backend):
        key = backend._get_secret("shipengine_api_key")
        if not key:
            raise AuthenticationFailed(
                self.env._("No API key is set on “%s”.", backend.name)
            )
        return ApiKeyAuth(key, "API-Key")

    def _get_error_text(self, response):
        return mask_body(error_text(_read_body(response)), limit=500) or (
            super()._get_error_text(response)
        )

    def _get_error(self, backend, response):
        """Map by status, then by what `error_response_body` says."""
        error = super()._get_error(backend, response)
        body = _read_body(response)
        error.request_id = body.get("request_id") or error.request_id
        errors = body.get("errors")
        told = errors if isinstance(errors, list) else []
        first = next((entry for entry in told if isinstance(entry, dict)), {})
        error.code = first.get("error_code") or error.code
        if not isinstance(error, Rejected):
            return error
        facts = {"code": error.code, "http_status": error.http_status}
        facts["request_id"] = error.request_id
        if error.code == "rate_limit_exceeded":
            return RateLimited(str(error), **facts)
        if first.get("error_type") == "system":
            # Of ShipEngine's or the carrier's own making: nothing to mend here.
            is_safe = response.request.method in SAFE_METHODS
            kind = RemoteUnavailable if is_safe else OutcomeUnknown
            return kind(str(error), **facts)
        if error.code in ("insufficient_funds", "funding_source_missing_configuration"):
            error.remedy = self.env._("Add funds at ShipEngine, then replay.")
        return error

    def _test_connection(self, backend):
        carriers = self._get_carriers(backend)
        names = sorted(
            json_fields.text(carrier, "nickname")
            or json_fields.text(carrier, "friendly_name")
            or carrier["carrier_id"]
            for carrier in carriers
        )
        return self.env._(
            "Connected to ShipEngine with %(count)s carrier accounts: %(names)s.",
            count=len(names),
            names=", ".join(names) or "-",
        )

    def _get_carriers(self, backend):
        """Return the carrier accounts, with their services."""
        answer = self._call_json(backend, "list_carriers", "GET", "/v1/carriers")
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
            raise Rejected(self.env._("The ShipEngine account has no carriers."))
        body = prices.to_rate_request(request, carriers, backend.shipengine_insurance)
        answer = self._call_json(
            backend, "calculate_rates", "POST", "/v1/rates", json=body
        )
        rates = prices.from_rates(answer, request)
        if not rates and (text := prices.get_refusal(answer)):
            raise Rejected(self.env._("ShipEngine offers nothing: %s", text))
        return rates

    def _check_address(self, backend, address):
        results = self._call_json(
            backend,
            "validate_address",
            "POST",
            "/v1/addresses/validate",
            expect=list,
            json=[addresses.to_address(address)],
        )
        if not results:
            raise RemoteUnavailable(self.env._("ShipEngine did not check the address."))
        return addresses.from_check(results[0], address)

    def _find_access_points(self, backend, address, limit=10):
        providers = [
            {"carrier_id": carrier["carrier_id"]}
            for carrier in self._get_carriers(backend)
        ]
        place = addresses.to_address(address)
        known = ("address_line1", "address_line2", "city_locality", "state_province")
        known += ("postal_code", "country_code")
        body = {
            "address": {key: place[key] for key in known if key in place},
            "providers": providers,
            "max_results": limit,
        }
        answer = self._call_json(
            backend, "service_points_list", "POST", "/v1/service_points/list", json=body
        )
        points = map(
            addresses.from_service_point, json_fields.children(answer, "service_points")
        )
        found = sorted(
            filter(None, points),
            key=lambda point: (point.distance_m is None, point.distance_m or 0),
        )
        return found[:limit]

    @contextmanager
    def _reading(self):
        """Read the answer to a write: what cannot be read has happened all the same."""
        try:
            yield
        except (InvalidMessage, TransientError) as error:
            raise OutcomeUnknown(
                self.env._("ShipEngine did it, but its answer was not read: %s", error),
                retry_after=getattr(error, "retry_after", None),
            ) from error

    # Files

    def _fetch(self, backend, address):
        """Return the content of a file of ShipEngine's, None of anyone else's.

        An address on another host is not asked: neither our key nor a request from
        inside our network goes where an answer points to.
        """
        try:
            self._get_url(backend, address)
        except InvalidMessage:
            return None
        response = self._request(backend, "GET", address, operation="download_file")
        return response.content

    # Webhooks

    def _verify_webhook(self, backend, headers, body, now):
        """Compare the header that we gave ShipEngine when we subscribed.

        The contract defines headers of our own, and no signature.
        """
        known = backend._get_secrets("webhook_secret", "webhook_secret_previous")
        given = (headers.get(const.WEBHOOK_HEADER) or "").encode()
        if not any(key and hmac.compare_digest(key.encode(), given) for key in known):
            raise AuthenticationFailed(
                self.env._("The header %s is not ours.", const.WEBHOOK_HEADER),
                remedy=self.env._("Press “Subscribe” on the backend."),
            )

    def _get_event_id(self, backend, headers):
        return None

    def _subscribe(self, backend):
        """Drop what points to our address, and subscribe with a secret of ours."""
        self._delete_webhooks(backend)
        secret = backend._get_secret("webhook_secret") or secrets.token_urlsafe(32)
        body = {
            "event": const.WEBHOOK_EVENT,
            "url": backend.webhook_url,
            "name": f"Odoo: {backend.name}",
            "headers": [{"key": const.WEBHOOK_HEADER, "value": secret}],
        }
        answer = self._call_json(
            backend, "create_webhook", "POST", "/v1/environment/webhooks", json=body
        )
        backend.sudo().write(
            {
                "webhook_secret": secret,
                "webhook_subscription": answer.get("webhook_id"),
            }
        )

    def _unsubscribe(self, backend):
        self._delete_webhooks(backend)
        backend.webhook_subscription = False

    def _delete_webhooks(self, backend):
        path = "/v1/environment/webhooks"
        hooks = self._call_json(backend, "list_webhooks", "GET", path, expect=list)
        for hook in hooks:
            if hook.get("url") == backend.webhook_url and hook.get("webhook_id"):
                key = quote(hook["webhook_id"], safe="")
                self._request(
                    backend, "DELETE", f"{path}/{key}", operation="delete_webhook"
                )


def _read_body(response):
    """Return the error's body as an object, empty when it is anything else."""
    try:
        body = response.json()
    except (ValueError, RecursionError):
        return {}
    return body if isinstance(body, dict) else {}
