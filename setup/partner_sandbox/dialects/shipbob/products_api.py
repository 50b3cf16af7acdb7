"""Operations on products and their variants."""

from __future__ import annotations

from typing import Any

from ...core.clock import iso
from ...core.message import Answer, Request
from . import errors
from .api import Group, Routes, cursor_page, number
from .model import Product

Json = dict[str, Any]


class Products(Group):
    """``create-product``, ``get-product(s)``, ``update-product``, variants.

    The contract documents no refusal of ``create-product``; a repeated SKU or a missing
    name is answered with 400 in the shape of ``get-products``' own 400.
    """

    def routes(self) -> Routes:
        """Operations under ``/product``."""
        return [
            ("POST", "/product", self.create),
            ("GET", "/product", self.list_all),
            ("GET", "/product/{productId}", self.get),
            ("PATCH", "/product/{productId}", self.update),
            ("GET", "/product/{productId}/variants", self.variants),
            ("POST", "/product/{productId}/variants", self.add_variants),
        ]

    def create(self, request: Request, _: dict[str, str]) -> Answer:
        """``create-product``: a name and at least one variant with a new SKU."""
        body = request.json_object()
        if not body.get("name"):
            raise errors.fields(400, {"name": ["The name field is required."]})
        made = self._add(body.get("variants"), str(body["name"]), None)
        return Answer.of(_view(made), 201)

    def add_variants(self, request: Request, arguments: dict[str, str]) -> Answer:
        """``add-product-variants``: a list of variants."""
        mine = self._find(arguments)
        made = self._add(request.json, mine[0].name, mine[0].product_id)
        return Answer.of(_view(mine + made), 201)

    def _add(self, variants: Any, name: str, product_id: int | None) -> list[Product]:
        found = [v for v in variants or [] if isinstance(v, dict) and v.get("sku")]
        if not found or len(found) != len(variants):
            text = "At least one variant is required, each with a SKU."
            raise errors.fields(400, {"variants": [text]})
        known = [v["sku"] for v in found if v["sku"] in self.books.catalogue.products]
        if known or len({v["sku"] for v in found}) < len(found):
            raise errors.fields(400, {"variants": [f"SKU exists already: {known}"]})
        made = []
        for variant in found:
            entry = {"sku": variant["sku"], "name": variant.get("name") or name}
            product = self.books.catalogue.add(entry, product_id)
            product_id = product.product_id
            _apply(product, variant)
            made.append(product)
        return made

    def _find(self, arguments: dict[str, str]) -> list[Product]:
        wanted = number(arguments["productId"], "productId")
        every = self.books.catalogue.products.values()
        found = [p for p in every if p.product_id == wanted]
        if not found:
            raise errors.problem(404, "Not Found", f"No product {wanted}")
        return found

    def get(self, _: Request, arguments: dict[str, str]) -> Answer:
        """``get-product``."""
        return Answer.of(_view(self._find(arguments)))

    def variants(self, _: Request, arguments: dict[str, str]) -> Answer:
        """``get-product-variants``."""
        return Answer.of([_variant(p) for p in self._find(arguments)])

    def update(self, request: Request, arguments: dict[str, str]) -> Answer:
        """``update-product``: its name, and of variants (by id) name, SKU, codes."""
        mine, body = self._find(arguments), request.json_object()
        for product in mine:
            product.name = str(body.get("name") or product.name)
            changes = [
                v
                for v in body.get("variants") or []
                if v.get("id") == product.variant_id
            ]
            for change in changes:
                product.name = str(change.get("name") or product.name)
                self._rename(product, str(change.get("sku") or product.sku))
                _apply(product, change)
        return Answer.of(_view(mine))

    def _rename(self, product: Product, sku: str) -> None:
        """Give a variant another SKU, which no other one may have."""
        known = self.books.catalogue.products
        if known.get(sku, product) is not product:
            raise errors.problem(422, "Unprocessable Entity", f"SKU {sku} is taken")
        del known[product.sku]
        product.sku = sku
        known[sku] = product

    def list_all(self, request: Request, _: dict[str, str]) -> Answer:
        """``get-products``: by ``SKU``, ``SellerSKU``, ``Name``, ``Search``, ids."""
        groups: dict[int, list[Product]] = {}
        for product in self.books.catalogue.products.values():
            groups.setdefault(product.product_id, []).append(product)
        found = [g for g in groups.values() if any(_matches(p, request) for p in g)]
        return Answer.of(cursor_page(request, [_view(g) for g in found], "PageSize"))


def _apply(product: Product, variant: Json) -> None:
    for code in ("gtin", "upc"):
        if code in variant:
            product.codes[code] = variant[code]
    barcodes = variant.get("barcodes") or []
    if barcodes:
        product.codes["barcode"] = barcodes[0].get("value")
    lot = variant.get("lot_information") or {}
    product.lot_tracked = bool(lot.get("is_lot", product.lot_tracked))
    scan = (variant.get("fulfillment_settings") or {}).get("serial_scan") or {}
    product.serial_tracked = bool(scan.get("is_enabled", product.serial_tracked))
    product.updated = iso()


def _matches(product: Product, request: Request) -> bool:
    equal = {
        "SKU": product.sku,
        "SellerSKU": product.sku,
        "ProductId": str(product.product_id),
        "VariantId": str(product.variant_id),
        "InventoryId": str(product.inventory_id),
        "Barcode": product.codes.get("barcode"),
    }
    for name, value in equal.items():
        wanted = request.argument(name)
        if wanted is not None and wanted != value:
            return False
    named = (request.argument("Name") or "").lower()
    searched = (request.argument("Search") or "").lower()
    text = " ".join((product.name, product.sku, str(product.product_id))).lower()
    return named in product.name.lower() and searched in text


def _view(variants: list[Product]) -> Json:
    """``Products.ProductViewModelV5``."""
    first = variants[0]
    return {
        "id": first.product_id,
        "name": first.name,
        "type": "Regular",
        "user_id": 1,
        "created_on": first.created,
        "updated_on": first.updated,
        "variants": [_variant(p) for p in variants],
    }


def _variant(product: Product) -> Json:
    """``Products.VariantViewModelV5``."""
    barcode = product.codes.get("barcode")
    return {
        "id": product.variant_id,
        "name": product.name,
        "sku": product.sku,
        "gtin": product.codes.get("gtin"),
        "upc": product.codes.get("upc"),
        "status": "Active",
        "is_digital": False,
        "is_image_uploaded": False,
        "created_on": product.created,
        "updated_on": product.updated,
        "barcodes": [{"value": barcode, "sticker_url": None}] if barcode else [],
        "inventory": {
            "inventory_id": product.inventory_id,
            "on_hand_qty": product.on_hand,
        },
        "lot_information": {
            "is_lot": product.lot_tracked,
            "minimum_shelf_life_days": None,
        },
    }
