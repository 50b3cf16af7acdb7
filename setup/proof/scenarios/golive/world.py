"""A distributor before its go-live: goods, customers, orders, a former process."""

from __future__ import annotations

import shutil
from dataclasses import dataclass, field
from typing import Any

import requests

from partner_sandbox.client import Sandbox

from ..context import ScenarioContext
from ..shipments.data import TOKEN, Item, make_customer, put_in_stock, stock_entry

ITEMS = (
    *(
        Item(f"GOODS-{n:02d}", f"Goods {n:02d}", 10.0 + n, 0.5, "", 900)
        for n in range(1, 11)
    ),
    Item(
        "BEANS-1KG",
        "Espresso beans, 1 kg",
        18.4,
        1.0,
        "",
        tracking="lot",
        lots=(("B-1", "2028-05-31", 150), ("B-2", "2028-08-31", 400)),
    ),
)
# What the partner counted otherwise than Odoo, before the first day.
OPENING = {"GOODS-01": 7, "GOODS-02": -4, "GOODS-03": 12}
RENAMED = {"GOODS-04": "GOODS-04-EU", "GOODS-05": "G5", "GOODS-07": "goods-7"}
PICKING_FIELDS = [
    "name",
    "state",
    "sale_id",
    "logistics_state",
    "logistics_reference",
    "logistics_backend_id",
    "carrier_tracking_ref",
    "logistics_by_hand",
    "logistics_decision",
]


@dataclass
class Order:
    """A sales order; ``story`` is what happens to it."""

    id: int
    name: str
    lines: tuple[tuple[str, int], ...]
    story: str


@dataclass
class World:
    """What both sides have, and every order of the scenario."""

    context: ScenarioContext
    partner: Sandbox
    warehouse: int = 0
    location: int = 0
    customer: int = 0
    carrier: int = 0
    products: dict[str, int] = field(default_factory=dict)
    orders: list[Order] = field(default_factory=list)
    foreign: set[str] = field(default_factory=set)

    @property
    def client(self) -> Any:
        """Odoo, as the administrator."""
        return self.context.client

    def of(self, *stories: str) -> list[Order]:
        """The orders with one of these stories."""
        return [order for order in self.orders if order.story in stories]

    def pickings(self, orders: list[Order] | None = None) -> list[dict[str, Any]]:
        """The deliveries of some orders, or of all."""
        ids = [order.id for order in (self.orders if orders is None else orders)]
        return self.client.search_read(
            "stock.picking", [("sale_id", "in", ids)], PICKING_FIELDS, order="id"
        )

    def sell(self, count: int, story: str) -> list[Order]:
        """Enter and confirm so many orders, each in its own way."""
        rows = [self._prepare_order(len(self.orders) + n) for n in range(count)]
        ids = self.client.create("sale.order", [row["values"] for row in rows])
        for start in range(0, count, 50):
            self.client.call("sale.order", "action_confirm", ids[start : start + 50])
        names = self.client.read("sale.order", ids, ["name"])
        made = [
            Order(entry["id"], entry["name"], row["lines"], story)
            for entry, row in zip(names, rows, strict=True)
        ]
        self.orders += made
        return made

    def _prepare_order(self, number: int) -> dict[str, Any]:
        first = ITEMS[number % len(ITEMS)].sku
        second = ITEMS[(number * 7 + 3) % len(ITEMS)].sku
        lines: tuple[tuple[str, int], ...] = ((first, 1 + number % 3),)
        if second != first:
            lines = (*lines, (second, 1))
        values = {
            "partner_id": self.customer,
            "warehouse_id": self.warehouse,
            "client_order_ref": f"PO-{number:04d}",
            "carrier_id": self.carrier,
            "order_line": [
                [0, 0, {"product_id": self.products[sku], "product_uom_qty": quantity}]
                for sku, quantity in lines
            ],
        }
        return {"values": values, "lines": lines}

    def ask_partner(self, method: str, path: str, **kw: Any) -> Any:
        """Call the partner's own API, as another system of the account would."""
        answer = requests.request(
            method,
            f"{self.partner.dialect_url('shipbob')}/2026-01{path}",
            headers={
                "Authorization": f"Bearer {TOKEN}",
                "shipbob_channel_id": "101",
            },
            timeout=30,
            **kw,
        )
        answer.raise_for_status()
        return answer.json()


def prepare(context: ScenarioContext, partner: Sandbox) -> World:
    """Set up what the distributor has before anybody heard of the hub."""
    world = World(context, partner)
    client = world.client
    settings = {"group_stock_production_lot": True, "stock_move_email_validation": True}
    [wizard] = client.create("res.config.settings", settings)
    client.call("res.config.settings", "execute", [wizard])
    client.call(
        "ir.config_parameter", "set_param", "web.base.url", context.odoo.base_url
    )
    [world.warehouse] = client.create(
        "stock.warehouse", {"name": "ShipBob Cicero", "code": "SBC"}
    )
    [row] = client.read("stock.warehouse", [world.warehouse], ["lot_stock_id"])
    world.location = row["lot_stock_id"][0]
    world.customer = make_customer(
        client,
        "US",
        name="Lakeside Office Supply",
        street="2200 West Fulton Street",
        city="Chicago",
        zip="60612",
        state="IL",
        email="orders@lakeside.example.com",
    )
    if not shutil.which("wkhtmltopdf"):
        # Odoo refuses each validation by hand then: it prints a PDF for the mail.
        template = client.ref("stock.mail_template_data_delivery_confirmation")
        client.write("mail.template", [template], {"report_template_ids": [[6, 0, []]]})
    world.carrier = _make_carrier(client)
    for item in ITEMS:
        world.products[item.sku] = _make_product(world, item)
    partner.catalogue(*[_counted(item) for item in ITEMS])
    return world


def _make_carrier(client: Any) -> int:
    [product] = client.create(
        "product.product", {"name": "Shipping", "type": "service", "list_price": 7.5}
    )
    values = {"name": "Ground", "product_id": product, "delivery_type": "fixed"}
    [carrier] = client.create("delivery.carrier", values)
    return carrier


def _make_product(world: World, item: Item) -> int:
    values: dict[str, Any] = {
        "name": item.name,
        "default_code": item.sku,
        "type": "consu",
        "is_storable": True,
        "tracking": item.tracking,
        "list_price": item.price,
        "weight": item.weight,
        "use_expiration_date": bool(item.lots),
        "taxes_id": [[6, 0, []]],
    }
    [product] = world.client.create("product.product", values)
    put_in_stock(world.client, world.location, item, product)
    return product


def _counted(item: Item) -> dict[str, Any]:
    entry = stock_entry(item)
    if item.sku in OPENING:
        entry["quantity"] += OPENING[item.sku]
    return entry
