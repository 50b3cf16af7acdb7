"""Operations on inventory items and their levels, quantities in EA."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ...core.message import Answer, Refusal, Request
from . import errors
from .api import Group, Operation, Routes, cursor_page, flag, names
from .const import CENTERS
from .model import Bucket, Product

Json = dict[str, Any]
Missing = dict[str, int]
View = Callable[[Product, Missing], Json]


class Inventory(Group):
    """``get-inventory``, ``get-inventory-levels``, by location and by lot.

    All stock is in the first fulfilment centre.
    """

    def routes(self) -> Routes:
        """Operations under ``/inventory`` and ``/inventory-level``."""
        views: list[tuple[str, str, View]] = [
            ("/inventory", "", _item),
            ("/inventory-level", "", self._level),
            ("/inventory-level", "/locations", self._by_location),
            ("/inventory-level", "/lots", self._by_lot),
        ]
        made: Routes = []
        for base, tail, view in views:
            made.append(("GET", base + tail, self._list(view)))
            made.append(("GET", f"{base}/{{inventoryId}}{tail}", self._one(view)))
        return made

    def _list(self, view: View) -> Operation:
        def run(request: Request, _: dict[str, str]) -> Answer:
            every = self.books.catalogue.products.values()
            found = [p for p in every if _matches(p, request)]
            _sort(found, request.argument("SortBy") or "")
            try:
                page = cursor_page(request, found, "PageSize")
            except Refusal as refusal:
                text = str(refusal.answer.json)
                raise errors.problem(400, "Bad Request", text) from None
            missing = self._missing()
            page["items"] = [view(p, missing) for p in page["items"]]
            return Answer.of(page)

        return run

    def _one(self, view: View) -> Operation:
        def run(_: Request, arguments: dict[str, str]) -> Answer:
            text = arguments["inventoryId"]
            if not text.isdigit():
                raise errors.problem(400, "Bad Request", f"inventoryId {text!r}")
            product = self.books.catalogue.find(inventory_id=int(text))
            if product is None:
                raise errors.problem(404, "Not Found", f"No inventory {text}")
            return Answer.of(view(product, self._missing()))

        return run

    def _missing(self) -> Missing:
        """EA per SKU that open shipments want and have not been given."""
        total: Missing = {}
        for shipment in self.books.shipments.values():
            if shipment.open:
                for sku, quantity in shipment.missing.items():
                    total[sku] = total.get(sku, 0) + quantity
        return total

    def _level(self, product: Product, missing: Missing) -> Json:
        """``Inventory.InventoryQuantityResponse``."""
        free = product.on_hand - product.committed
        return _named(product) | {
            "total_on_hand_quantity": product.on_hand,
            "total_committed_quantity": product.committed,
            "total_fulfillable_quantity": free,
            "total_awaiting_quantity": product.awaiting,
            "total_sellable_quantity": free + product.awaiting,
            "total_backordered_quantity": missing.get(product.sku, 0),
            "total_exception_quantity": 0,
            "total_internal_transfer_quantity": 0,
        }

    def _by_location(self, product: Product, _: Missing) -> Json:
        """``Inventory.InventoryQuantityFcResponse``."""
        return _named(product) | {"locations": [_located(product.buckets, product)]}

    def _by_lot(self, product: Product, _: Missing) -> Json:
        """``Inventory.InventoryQuantityLotResponse``: only stock with a lot."""
        lots = []
        for bucket in product.buckets:
            if bucket.lot:
                here = _located([bucket], None)
                numbers = {k: v for k, v in here.items() if k.endswith("quantity")}
                named = {"lot_number": bucket.lot, "lot_date": bucket.expiration}
                lots.append(named | numbers | {"locations": [here]})
        return _named(product) | {"lots": lots}


def _located(buckets: list[Bucket], awaiting: Product | None) -> Json:
    on_hand = sum(b.on_hand for b in buckets)
    committed = sum(b.committed for b in buckets)
    return {
        "location_id": CENTERS[0]["id"],
        "name": CENTERS[0]["name"],
        "on_hand_quantity": on_hand,
        "committed_quantity": committed,
        "fulfillable_quantity": on_hand - committed,
        "awaiting_quantity": awaiting.awaiting if awaiting else 0,
        "internal_transfer_quantity": 0,
    }


def _named(product: Product) -> Json:
    return {
        "inventory_id": product.inventory_id,
        "name": product.name,
        "sku": product.sku,
    }


def _item(product: Product, _: Missing) -> Json:
    """``Inventory.InventoryResponse``."""
    return _named(product) | {
        "barcode": product.codes.get("barcode"),
        "user_id": 1,
        "is_case": False,
        "is_lot": product.lot_tracked,
        "variant": {
            "is_active": True,
            "is_bundle": False,
            "is_digital": False,
            "hazmat": {"is_hazmat": False, "validated": True},
        },
    }


def _matches(product: Product, request: Request) -> bool:
    """``InventoryIds``, ``SearchBy`` (id exactly, else name or SKU), flags."""
    ids = names(request, "InventoryIds")
    if ids and str(product.inventory_id) not in ids:
        return False
    if flag(request, "IsActive") is False or flag(request, "IsDigital") is True:
        return False
    wanted = (request.argument("SearchBy") or "").lower()
    if wanted and wanted == str(product.inventory_id):
        return True
    return wanted in product.name.lower() or wanted in product.sku.lower()


def _sort(found: list[Product], by: str) -> None:
    keys: dict[str, Callable[[Product], Any]] = {
        "name": lambda p: p.name,
        "sku": lambda p: p.sku,
        "total_on_hand_quantity": lambda p: p.on_hand,
    }
    key = keys.get(by.lstrip("-"))
    if key:
        found.sort(key=key, reverse=by.startswith("-"))
