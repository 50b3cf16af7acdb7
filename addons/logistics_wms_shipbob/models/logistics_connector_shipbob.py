"""ShipBob on the wire, API 2026-01: access, webhooks and products."""

from odoo import models

from odoo.addons.logistics_core.connectors.webhook import read_text
from odoo.addons.logistics_core.envelope import SendResult
from odoo.addons.logistics_core.errors import AuthenticationFailed, InvalidMessage
from odoo.addons.logistics_core.texts import _lt
from odoo.addons.logistics_core.tools.http_auth import BearerAuth
from odoo.addons.logistics_core.tools.operations import delete, get, patch, post, put

from .. import const, translator
from ..tools import products


class LogisticsConnectorShipbob(models.AbstractModel):
    """Operations are named as in ShipBob's OpenAPI, for the attempts' log."""

    _name = "logistics.connector.shipbob"
    _inherit = "logistics.connector"
    _description = "Connector: ShipBob"

    _base_urls = const.BASE_URLS
    _required_settings = ("shipbob_token",)
    _rate_limits = const.RATE_LIMITS
    _operations = {
        "get-channels": get(f"{const.VERSION}/channel", params=const.ALL_RECORDS),
        "get-fulfillment-centers": get(
            f"{const.VERSION}/fulfillment-center", expect=list
        ),
        "get-subscriptions": get(f"{const.VERSION}/webhook", params=const.ALL_RECORDS),
        "create-subscription": post(f"{const.VERSION}/webhook"),
        "delete-subscription": delete(f"{const.VERSION}/webhook/{{}}", expect=None),
        "get-products": get(
            f"{const.VERSION}/product", params={"PageSize": str(const.PAGE_SIZE)}
        ),
        "create-product": post(f"{const.VERSION}/product"),
        "update-product": patch(f"{const.VERSION}/product/{{}}"),
        "get-orders": get(f"{const.VERSION}/order", expect=list),
        "create-order": post(f"{const.VERSION}/order"),
        "cancel-order": post(f"{const.VERSION}/order/{{}}:cancel"),
        "update-shipment-address": put(f"{const.VERSION}/shipment/{{}}:updateAddress"),
        "get-shipment-line-items": get(
            f"{const.VERSION}/shipment/{{}}:getLineItems", expect=list
        ),
        "update-shipment-line-items": post(
            f"{const.VERSION}/shipment/{{}}:updateLineItems"
        ),
        "get-shipping-methods": get(
            f"{const.VERSION}/shipping-method",
            params={"Limit": str(const.PAGE_SIZE)},
            expect=list,
        ),
        "bulk-update-shipping-service": put(
            f"{const.VERSION}/shipment:bulkUpdateShippingService"
        ),
        "get-all-inventory-levels": get(f"{const.VERSION}/inventory-level"),
        "get-all-inventory-levels-grouped-by-fulfillment-center": get(
            f"{const.VERSION}/inventory-level/locations"
        ),
        "get-all-inventory-levels-grouped-by-lot": get(
            f"{const.VERSION}/inventory-level/lots"
        ),
    }
    _senders = {
        "outbound_instruction": "_send_order",
        "outbound_change": "_send_change",
        "outbound_cancel": "_send_cancel",
        "item_master": "_send_item",
    }
    _lookups = {"outbound_instruction": "_lookup_order"}
    # They look first, or state the whole.
    _repeatable = frozenset({"outbound_change", "outbound_cancel", "item_master"})
    _capabilities = frozenset(
        {*_senders, "poll", "webhook", "subscribe", "choices", "find_orders"}
    )
    # Nobody at ShipBob sees tags, and an order has no place for notes or lots.
    _reads = frozenset({"gift_message"})
    _event_types = const.EVENT_TYPES
    _polls = {
        "orders": (_lt("Orders and shipments"), 15, "_poll_orders"),
        "inventory": (_lt("Stock levels"), 60, "_poll_inventory"),
    }
    _subscription_operations = (
        "get-subscriptions",
        "create-subscription",
        "delete-subscription",
        "id",
    )
    _subscription_settings = {"webhook_scheme": "standard"}
    # ShipBob's page on rate limits gives the header this name.
    _retry_after_headers = ("Retry-After", "x-retry-after")

    def _get_auth(self, backend):
        return BearerAuth(self._get_setting(backend, "shipbob_token"))

    def _get_channel(self, backend):
        """Return the header with which orders name our channel."""
        if not backend.shipbob_channel_id:
            raise AuthenticationFailed(
                _lt("No ShipBob channel is set on “%s”.", backend.name),
                remedy=_lt("Press “Test connection” on the connection, then retry."),
            )
        return {"shipbob_channel_id": str(backend.shipbob_channel_id)}

    def _test_connection(self, backend):
        channels = {
            channel.get("id"): channel.get("name") or ""
            for channel in self._iter_all(backend, "get-channels")
            if const.WRITE_SCOPE in (channel.get("scopes") or ())
        }
        if not backend.shipbob_channel_id and len(channels) == 1:
            backend.shipbob_channel_id = next(iter(channels))
        if backend.shipbob_channel_id not in channels:
            names = ", ".join(f"{key} ({name})" for key, name in channels.items())
            raise AuthenticationFailed(
                _lt("The token may create orders in: %s.", names or "-"),
                remedy=_lt("Enter one of these as channel ID."),
            )
        return self.env._(
            "Connected to ShipBob, channel %(id)s (%(name)s).",
            id=backend.shipbob_channel_id,
            name=channels[backend.shipbob_channel_id],
        )

    # Webhooks

    def _receive(self, backend, headers, body):
        topic = headers.get("x-webhook-topic")
        event_id = self._get_event_id(backend, headers)
        if not topic or not event_id:
            raise InvalidMessage(_lt("The request names no topic or no signed id."))
        return translator.to_envelopes(topic, event_id, read_text(body))

    def _get_own_channel(self, backend):
        return str(backend.shipbob_channel_id or "") or None

    def _translate(self, backend, event, payload):
        """An order of another channel is not ours to understand."""
        try:
            return translator.from_event(event, payload)
        except InvalidMessage:
            origin = translator.get_origin(payload)
            if origin and self._is_elsewhere(backend, *origin):
                return None
            raise

    def _prepare_subscription(self, backend, secret):
        return {
            "topics": list(const.TOPIC_STATUS),
            "url": backend.webhook_url,
            "description": f"Odoo: {backend.name}",
            "secret": secret,
        }

    def _iter_subscriptions(self, backend):
        return self._iter_all(backend, "get-subscriptions")

    # Products

    def _send_item(self, backend, message, item):
        """Create or update; the variant's id is what is unique to a SKU."""
        product, variant = self._find_variant(backend, item.sku)
        if not variant and item.external_id:
            # ShipBob knows it by a former SKU.
            product, variant = self._find_bound(backend, item.external_id)
        if variant:
            body = products.to_product_update(item, variant["id"], variant.get("sku"))
            self._call(backend, "update-product", product["id"], json=body)
        else:
            body = products.to_product(item)
            product = self._call(backend, "create-product", json=body)
            variant = products.find_variant(product, item.sku) or {}
        external_id = variant.get("id")
        return SendResult(external_id=str(external_id) if external_id else None)

    def _find_bound(self, backend, variant_id):
        """Return (product, variant) of a variant's id, else Nones."""
        params = {"VariantId": variant_id}
        for product in self._iter_all(backend, "get-products", params=params):
            for variant in products.get_variants(product):
                if str(variant.get("id")) == variant_id:
                    return product, variant
        return None, None

    def _find_variant(self, backend, sku):
        """Return (product, variant) whose SKU is exactly this one, else Nones."""
        for product in self._iter_all(backend, "get-products", params={"SKU": sku}):
            if variant := products.find_variant(product, sku):
                return product, variant
        return None, None
