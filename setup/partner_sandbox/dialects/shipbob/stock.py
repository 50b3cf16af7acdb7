"""The catalogue and its stock: adding, allocating (FEFO), shipping. All in EA."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from typing import Any

from ...core.clock import iso, parse
from .const import UNITS
from .model import Bucket, Item, Product


class Catalogue:
    """Products by SKU (ShipBob's ``reference_id``). Not thread safe."""

    def __init__(self) -> None:
        self.products: dict[str, Product] = {}
        self._ids = itertools.count(1)

    def add(self, entry: dict[str, Any], product_id: int | None = None) -> Product:
        """Create a product or add stock to it.

        ``product_id`` makes a new one a further variant of that product.

        Keys: ``reference_id`` or ``sku``, ``name``, ``quantity`` (may be negative),
        ``lots`` (list of ``lot``, ``expiration_date``, ``quantity``, ``serials``),
        ``serials``, ``units`` (EA per code), ``barcode``, ``gtin``, ``upc``.

        Raises ValueError, with nothing changed.
        """
        parts = [_bucket(part) for part in _parts(entry)]
        sku = str(entry.get("reference_id") or entry.get("sku") or "")
        if not sku:
            raise ValueError("a catalogue entry needs reference_id or sku")
        units = {str(k): int(v) for k, v in (entry.get("units") or {}).items()}
        if set(units) - set(UNITS):
            raise ValueError(f"units {sorted(units)} are not among {UNITS}")
        product = self.products.get(sku) or self._create(sku, product_id)
        for part in parts:
            _check_fits(product, part)
        self.products[sku] = product
        product.name = str(entry.get("name") or product.name)
        product.units |= units
        codes = ("barcode", "gtin", "upc")
        product.codes |= {c: str(entry[c]) for c in codes if entry.get(c)}
        product.lot_tracked |= bool(entry.get("lots"))
        product.serial_tracked |= any(p.serials for p in parts)
        for part in parts:
            _merge(product, part)
        product.updated = iso()
        return product

    def _create(self, sku: str, product_id: int | None) -> Product:
        n = next(self._ids)
        number = product_id or 300_000 + n
        return Product(number, 400_000 + n, 500_000 + n, sku, sku)

    def find(self, **wanted: object) -> Product | None:
        """The product whose named field equals the value."""
        ((name, value),) = wanted.items()
        if name == "sku":
            return self.products.get(str(value))
        found = (p for p in self.products.values() if getattr(p, name) == value)
        return next(found, None)

    def allocate(
        self,
        sku: str,
        quantity: int,
        lots: list[tuple[str, int]] | None = None,
        serials: list[str] | None = None,
    ) -> list[Item]:
        """Commit up to ``quantity``, first expired first; may return less.

        An unknown SKU gets nothing.

        :param lots: only from these lots, with the quantity of each
        :param serials: exactly these serial numbers
        """
        product = self.products.get(sku)
        if product is None:
            return []
        if serials:
            return _take_serials(product, serials[:quantity])
        wishes: Sequence[tuple[str | None, int]] = lots or [
            (b.lot, quantity) for b in _fefo(product)
        ]
        items: list[Item] = []
        for lot, most in wishes:
            bucket = next((b for b in product.buckets if b.lot == lot), None)
            take = min(most, quantity, bucket.free if bucket else 0)
            if bucket and take > 0:
                items.append(_take(product, bucket, take))
                quantity -= take
        return items

    def release(self, items: list[Item]) -> None:
        """Give an allocation back."""
        for item in items:
            bucket = self._bucket_of(item)
            bucket.committed -= item.quantity
            bucket.reserved -= set(item.serials)

    def ship(self, items: list[Item]) -> None:
        """Take an allocation out of the stock."""
        for item in items:
            bucket = self._bucket_of(item)
            bucket.committed -= item.quantity
            bucket.on_hand -= item.quantity
            gone = set(item.serials)
            bucket.reserved -= gone
            bucket.serials = [s for s in bucket.serials if s not in gone]
            self.products[item.sku].shipped += item.quantity

    def _bucket_of(self, item: Item) -> Bucket:
        buckets = self.products[item.sku].buckets
        return next(b for b in buckets if b.lot == item.lot)


def _parts(entry: dict[str, Any]) -> list[dict[str, Any]]:
    lots = entry.get("lots") or []
    if lots:
        return list(lots)
    quantity, serials = entry.get("quantity"), entry.get("serials")
    if serials or quantity:
        return [{"quantity": quantity, "serials": serials or []}]
    return []


def _bucket(part: dict[str, Any]) -> Bucket:
    serials = [str(s) for s in part.get("serials") or []]
    count = len(serials) or int(part.get("quantity") or 0)
    lot = part.get("lot") or part.get("lot_number")
    date = part.get("expiration_date") or part.get("lot_date")
    expiration = iso(parse(str(date))) if date else None
    return Bucket(str(lot) if lot else None, expiration, count, serials=serials)


def _check_fits(product: Product, part: Bucket) -> None:
    held = next((b for b in product.buckets if b.lot == part.lot), Bucket())
    if held.free + part.on_hand < 0:
        raise ValueError(f"{product.sku}: only {held.free} EA are free")
    known = {s for b in product.buckets for s in b.serials}
    if known & set(part.serials):
        raise ValueError(f"{product.sku}: serials {known & set(part.serials)} exist")


def _merge(product: Product, part: Bucket) -> None:
    held = next((b for b in product.buckets if b.lot == part.lot), None)
    if held is None:
        product.buckets.append(part)
        return
    held.on_hand += part.on_hand
    held.serials += part.serials
    held.expiration = part.expiration or held.expiration


def _fefo(product: Product) -> list[Bucket]:
    return sorted(product.buckets, key=lambda b: (b.expiration or "9999", b.lot or ""))


def _take(product: Product, bucket: Bucket, quantity: int) -> Item:
    serials = [s for s in bucket.serials if s not in bucket.reserved][:quantity]
    bucket.committed += quantity
    bucket.reserved |= set(serials)
    return Item(product.sku, quantity, bucket.lot, bucket.expiration, serials)


def _take_serials(product: Product, serials: list[str]) -> list[Item]:
    items = []
    for bucket in product.buckets:
        mine = [s for s in serials if s in bucket.serials and s not in bucket.reserved]
        if mine:
            bucket.committed += len(mine)
            bucket.reserved |= set(mine)
            made = Item(product.sku, len(mine), bucket.lot, bucket.expiration, mine)
            items.append(made)
    return items
