"""ShipBob on the wire, API 2026-01: access, webhooks and products."""

import base64
import secrets
from urllib.parse import quote

from odoo import models

from odoo.addons.logistics_core.envelope import SendResult
from odoo.addons.logistics_core.errors import (
    AuthenticationFailed,
    InvalidMessage,
    RateLimited,
)
from odoo.addons.logistics_core.models.logistics_connector_http import parse_retry_after
from odoo.addons.logistics_core.tools.error_text import error_text
from odoo.addons.logistics_core.tools.http_auth import BearerAuth
from odoo.addons.logistics_core.tools.masking import mask_body

from .. import const, translator
from ..tools import products


class LogisticsConnectorShipbob(models.AbstractModel):
    """Operations are named as in ShipBob's OpenAPI, for the attempts' log."""

    _name = "logistics.connector.shipbob"
    _inherit = "logistics.connector"
    _description = "Connector: ShipBob"

    _senders = {
        "outbound_instruction": "_send_order",
        "outbound_change": "_send_change",
        "outbound_cancel": "_send_cancel",
        "item_master": "_send_item",
    }
    # All but the order can be repeated: they look first, or state the whole.
    _lookups = {
        **dict.fromkeys(_senders, "_lookup_nothing"),
        "outbound_instruction": "_lookup_order",
    }
    _capabilities = frozenset({*_senders, "poll", "webhook", "subscribe", "lookup"})
    _event_types = const.EVENT_TYPES

    def _lookup_nothing(self, backend, message, canonical):
        return None

    def _get_base_url(self, backend):
        return (backend.base_url or const.BASE_URLS[backend.environment]).rstrip("/")

    def _get_auth(self, backend):
        token = backend._get_secret("shipbob_token")
        if not token:
            raise AuthenticationFailed(
                self.env._("No personal access token is set on “%s”.", backend.name)
            )
        return BearerAuth(token)

    def _get_channel(self, backend):
        """Return the header with which orders name our channel."""
        if not backend.shipbob_channel_id:
            raise AuthenticationFailed(
                self.env._("No ShipBob channel is set on “%s”.", backend.name),
                remedy=self.env._(
                    "Press “Test connection” on the connection, then retry."
                ),
            )
        return {"shipbob_channel_id": str(backend.shipbob_channel_id)}

    def _get_error_text(self, response):
        try:
            text = error_text(response.json())
        except (ValueError, RecursionError):
            text = ""
        return mask_body(text, limit=500) or super()._get_error_text(response)

    def _get_error(self, backend, response):
        error = super()._get_error(backend, response)
        if isinstance(error, RateLimited) and error.retry_after is None:
            # ShipBob's page on rate limits gives the header this name.
            error.retry_after = parse_retry_after(response.headers.get("x-retry-after"))
        return error

    def _test_connection(self, backend):
        params = {"RecordsPerPage": const.PAGE_SIZE}
        channels = {
            channel.get("id"): channel.get("name") or ""
            for channel in self._iter_items(
                backend, "get-channels", f"{const.VERSION}/channel", params
            )
            if const.WRITE_SCOPE in (channel.get("scopes") or ())
        }
        if not backend.shipbob_channel_id and len(channels) == 1:
            backend.shipbob_channel_id = next(iter(channels))
        if backend.shipbob_channel_id not in channels:
            names = ", ".join(f"{key} ({name})" for key, name in channels.items())
            raise AuthenticationFailed(
                self.env._("The token may create orders in: %s.", names or "-"),
                remedy=self.env._("Enter one of these as channel ID."),
            )
        return self.env._(
            "Connected to ShipBob, channel %(id)s (%(name)s).",
            id=backend.shipbob_channel_id,
            name=channels[backend.shipbob_channel_id],
        )

    # Webhooks

    def _receive(self, backend, headers, body):
        topic, webhook_id = headers.get("x-webhook-topic"), headers.get("webhook-id")
        if not topic or not webhook_id:
            raise InvalidMessage(self.env._("The request names no topic or no id."))
        try:
            return translator.to_envelopes(topic, webhook_id, body.decode())
        except UnicodeDecodeError as error:
            raise InvalidMessage(self.env._("The body is not UTF-8.")) from error

    def _translate(self, backend, event, payload):
        return translator.from_event(event, payload)

    def _subscribe(self, backend):
        """Subscribe again, then drop what pointed to the same address before."""
        former = self._get_subscriptions(backend)
        secret = backend._get_secret("webhook_secret")
        secret = secret or f"whsec_{base64.b64encode(secrets.token_bytes(24)).decode()}"
        body = {
            "topics": list(const.TOPIC_STATUS),
            "url": backend.webhook_url,
            "description": f"Odoo: {backend.name}",
            "secret": secret,
        }
        path = f"{const.VERSION}/webhook"
        answer = self._call_json(
            backend, "create-subscription", "POST", path, json=body
        )
        backend.sudo().write(
            {
                "webhook_scheme": "standard",
                "webhook_secret": answer.get("secret") or secret,
                "webhook_subscription": answer.get("id"),
            }
        )
        self._delete_subscriptions(backend, former)

    def _unsubscribe(self, backend):
        self._delete_subscriptions(backend, self._get_subscriptions(backend))
        backend.webhook_subscription = False

    def _get_subscriptions(self, backend):
        """Return the ids of the subscriptions of this backend's address."""
        params = {"RecordsPerPage": const.PAGE_SIZE}
        path = f"{const.VERSION}/webhook"
        items = self._iter_items(backend, "get-subscriptions", path, params)
        return [item["id"] for item in items if item.get("url") == backend.webhook_url]

    def _delete_subscriptions(self, backend, ids):
        for key in ids:
            path = f"{const.VERSION}/webhook/{quote(key, safe='')}"
            self._request(backend, "DELETE", path, operation="delete-subscription")

    # Products

    def _send_item(self, backend, message, item):
        """Create or update; the variant's id is what is unique to a SKU."""
        product, variant = self._find_variant(backend, item.sku)
        path = f"{const.VERSION}/product"
        if variant:
            body = products.to_product_update(item, variant["id"])
            path = f"{path}/{product['id']}"
            self._call_json(backend, "update-product", "PATCH", path, json=body)
        else:
            body = products.to_product(item)
            product = self._call_json(
                backend, "create-product", "POST", path, json=body
            )
            variant = products.find_variant(product, item.sku) or {}
        external_id = variant.get("id")
        return SendResult(external_id=str(external_id) if external_id else None)

    def _find_variant(self, backend, sku):
        """Return (product, variant) whose SKU is exactly this one, else Nones."""
        params = {"SKU": sku, "PageSize": str(const.PAGE_SIZE)}
        path = f"{const.VERSION}/product"
        for product in self._iter_items(backend, "get-products", path, params):
            if variant := products.find_variant(product, sku):
                return product, variant
        return None, None
