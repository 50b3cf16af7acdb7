"""Master data of the scenario: what a distributor has set up before day one."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from hub.server.odoo_client import OdooClient
from partner_sandbox.client import Sandbox

from ..context import ScenarioContext
from ..waiting import wait_until

TOKEN = "sandbox-token"


@dataclass(frozen=True)
class Item:
    """A product: stock in single pieces; `known` when the partner has it."""

    sku: str
    name: str
    price: float
    weight: float
    barcode: str
    stock: int = 0
    tracking: str = "none"
    lots: tuple[tuple[str, str, int], ...] = ()
    serials: tuple[str, ...] = ()
    known: bool = True


ITEMS = (
    Item("LAMP-DESK", "Desk lamp, oak foot", 64.0, 1.8, "4006381333931", 60),
    Item("BULB-E27", "LED bulb E27, 806 lm", 5.9, 0.08, "5901234123457", 600),
    Item("SHELF-90", "Wall shelf 90 cm", 48.5, 4.2, "4012345678901", 40),
    Item("CHAIR-FOLD", "Folding chair", 39.0, 3.9, "7612345678900", 80),
    Item(
        "COFFEE-1KG",
        "Espresso beans, 1 kg",
        18.4,
        1.02,
        "8712345678906",
        tracking="lot",
        lots=(("CB-2611-A", "2027-05-31", 30), ("CB-2611-B", "2027-08-31", 70)),
    ),
    Item(
        "SCAN-BT2",
        "Bluetooth barcode scanner",
        189.0,
        0.24,
        "0614141000036",
        tracking="serial",
        serials=tuple(f"BT2-{number:05d}" for number in range(48101, 48109)),
    ),
    Item("GLOVE-M", "Work gloves, size M, pair", 6.2, 0.11, "3014260115531", 480),
    Item("TAPE-50", "Packing tape 50 mm", 2.1, 0.21, "9780201379624", 300),
    Item("HEATER-2K", "Fan heater 2 kW", 57.0, 2.6, "4260123456786", 25, known=False),
)
CUSTOMERS = {
    "US": {
        "name": "Lakeside Office Supply",
        "street": "2200 West Fulton Street",
        "city": "Chicago",
        "zip": "60612",
        "state": "IL",
    },
    "CA": {
        "name": "Maple Workspaces",
        "street": "171 East Liberty Street",
        "city": "Toronto",
        "zip": "M6K 3P6",
        "state": "ON",
    },
    "DE": {
        "name": "Hansa Bürobedarf",
        "street": "Am Sandtorkai 30",
        "city": "Hamburg",
        "zip": "20457",
        "state": None,
    },
}
SERVICES = {"Ground": ("Standard", 7.5), "Express": ("Expedited", 19.0)}


@dataclass
class MasterData:
    """Ids of what the orders need, and the quantities both sides start with."""

    backend: int = 0
    warehouse: int = 0
    location: int = 0
    dozen: int = 0
    products: dict[str, int] = field(default_factory=dict)
    customers: dict[str, int] = field(default_factory=dict)
    carriers: dict[str, int] = field(default_factory=dict)


def prepare(context: ScenarioContext, partner: Sandbox) -> MasterData:
    """Set everything up through Odoo's own API, as its users would."""
    client = context.client
    data = MasterData()
    _switch_on(client)
    _make_warehouse(client, data)
    _make_carriers(client, data)
    _make_products(client, data)
    _make_customers(client, data)
    _make_backend(context, partner, data)
    _send_products(client, partner, data)
    return data


def _switch_on(client: OdooClient) -> None:
    """Lots, packages, units and the roles of the hub, for the administrator."""
    settings = {
        "group_stock_production_lot": True,
        "group_stock_tracking_lot": True,
        "group_uom": True,
        "group_lot_on_delivery_slip": True,
    }
    [wizard] = client.create("res.config.settings", settings)
    client.call("res.config.settings", "execute", [wizard])


def _make_warehouse(client: OdooClient, data: MasterData) -> None:
    [data.warehouse] = client.create(
        "stock.warehouse", {"name": "ShipBob Cicero", "code": "SBC"}
    )
    [warehouse] = client.read("stock.warehouse", [data.warehouse], ["lot_stock_id"])
    data.location = warehouse["lot_stock_id"][0]


def _make_carriers(client: OdooClient, data: MasterData) -> None:
    for name, (_code, price) in SERVICES.items():
        [product] = client.create(
            "product.product",
            {
                "name": f"Shipping {name}",
                "type": "service",
                "invoice_policy": "order",
                "list_price": price,
                "taxes_id": [[6, 0, []]],
            },
        )
        [data.carriers[name]] = client.create(
            "delivery.carrier",
            {
                "name": name,
                "product_id": product,
                "delivery_type": "fixed",
                "fixed_price": price,
            },
        )


def _make_products(client: OdooClient, data: MasterData) -> None:
    dozen = client.ref("uom.product_uom_dozen")
    data.dozen = dozen
    for item in ITEMS:
        values: dict[str, Any] = {
            "name": item.name,
            "default_code": item.sku,
            "barcode": item.barcode,
            "type": "consu",
            "is_storable": True,
            "tracking": item.tracking,
            "list_price": item.price,
            "weight": item.weight,
            "invoice_policy": "delivery",
            "uom_ids": [[4, dozen]],
            "taxes_id": [[6, 0, []]],
        }
        if item.lots:
            values["use_expiration_date"] = True
        [product] = client.create("product.product", values)
        data.products[item.sku] = product
        put_in_stock(client, data.location, item, product)


def put_in_stock(client: OdooClient, location: int, item: Item, product: int) -> None:
    """Count the opening stock: an inventory adjustment, as a person would."""
    counted: list[tuple[int | None, int]] = [(None, item.stock)] if item.stock else []
    for name, expires, quantity in item.lots:
        values = {"name": name, "product_id": product}
        values["expiration_date"] = f"{expires} 12:00:00"
        [lot] = client.create("stock.lot", values)
        counted.append((lot, quantity))
    for name in item.serials:
        [lot] = client.create("stock.lot", {"name": name, "product_id": product})
        counted.append((lot, 1))
    quants = []
    for lot, quantity in counted:
        quants += client.call(
            "stock.quant",
            "create",
            [
                {
                    "product_id": product,
                    "location_id": location,
                    "lot_id": lot or False,
                    "inventory_quantity": quantity,
                }
            ],
            context={"inventory_mode": True},
        )
    client.call("stock.quant", "action_apply_inventory", quants)


def _make_customers(client: OdooClient, data: MasterData) -> None:
    for code, address in CUSTOMERS.items():
        data.customers[code] = make_customer(client, code, **address)


def make_customer(
    client: OdooClient, country: str, state: str | None = None, **address: Any
) -> int:
    """Create a customer; codes become Odoo's records."""
    [found] = client.call("res.country", "search", [("code", "=", country)])
    values = {"country_id": found, "is_company": True, **address}
    if state:
        domain = [("code", "=", state), ("country_id", "=", found)]
        [values["state_id"]] = client.call("res.country.state", "search", domain)
    [partner] = client.create("res.partner", values)
    return partner


def _make_backend(context: ScenarioContext, partner: Sandbox, data: MasterData) -> None:
    client = context.client
    client.call(
        "ir.config_parameter", "set_param", "web.base.url", context.odoo.base_url
    )
    [data.backend] = client.create(
        "logistics.backend",
        {
            "name": "ShipBob (sandbox)",
            "connector": "shipbob",
            "environment": "sandbox",
            "base_url": partner.dialect_url("shipbob"),
            "allow_private_network": True,
            "shipbob_token": TOKEN,
            "wms_invoice_policy": "posted",
            "wms_default_carrier_service": "Standard",
            "timeout": 5,
        },
    )
    answer = client.call("logistics.backend", "action_test_connection", [data.backend])
    if answer["params"]["type"] != "success":
        raise RuntimeError(answer["params"]["message"])
    client.call("logistics.backend", "action_fetch_choices", [data.backend])
    client.call("logistics.backend", "action_start", [data.backend])
    client.call("logistics.backend", "action_subscribe_webhooks", [data.backend])
    _make_route(client, data)
    _make_maps(client, data)


def _make_route(client: OdooClient, data: MasterData) -> None:
    client.create(
        "logistics.route",
        {
            "name": "Deliveries of ShipBob Cicero",
            "res_model": "stock.picking",
            "type_id": client.ref("logistics_core.type_outbound_instruction"),
            "warehouse_id": data.warehouse,
            "backend_id": data.backend,
        },
    )


def _make_maps(client: OdooClient, data: MasterData) -> None:
    rows = [
        {
            "backend_id": data.backend,
            "kind": "carrier_service",
            "odoo_value": name,
            "external_value": code,
        }
        for name, (code, _price) in SERVICES.items()
    ]
    ids = client.create("logistics.value.map", rows)
    client.call("logistics.value.map", "action_approve", ids)


def _send_products(client: OdooClient, partner: Sandbox, data: MasterData) -> None:
    """Odoo sends the partner its products; the partner then receives the stock."""
    known = [item for item in ITEMS if item.known]
    ids = [data.products[item.sku] for item in known]
    client.call("product.product", "action_logistics_send", ids)
    wait_for_products(client, data, len(known))
    partner.catalogue(*[stock_entry(item) for item in known])


def wait_for_products(client: OdooClient, data: MasterData, count: int) -> None:
    """Wait until so many products are bound at the partner."""
    domain = [("backend_id", "=", data.backend), ("kind", "=", "product")]
    wait_until(
        f"{count} products known to the partner",
        lambda: client.call("logistics.binding", "search_count", domain) >= count,
    )


def stock_entry(item: Item) -> dict[str, Any]:
    """What arrives at the partner's dock, in the sandbox's words."""
    entry: dict[str, Any] = {"sku": item.sku, "name": item.name}
    if item.lots:
        entry["lots"] = [
            {
                "lot": lot,
                "expiration_date": f"{expires}T12:00:00Z",
                "quantity": quantity,
            }
            for lot, expires, quantity in item.lots
        ]
    elif item.serials:
        entry["serials"] = list(item.serials)
    else:
        entry["quantity"] = item.stock
    return entry
