"""Master data of the carriers' scenario: a French warehouse that ships to the world."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from hub.server.odoo_client import OdooClient
from partner_sandbox.client import Sandbox

from ..context import ScenarioContext
from .plan import METHODS

TOKEN = "sandbox-token"
ALERT_KEY = "track-alert-key"
UPS_ACCOUNT = "A1B2C3"
STOCK = 2000


@dataclass(frozen=True)
class Item:
    """A product with what customs ask for; kilograms, ``hs`` is its HS code."""

    sku: str
    name: str
    description: str
    price: float
    weight: float
    hs: str
    origin: str


ITEMS = (
    Item("SOAP-300", "Savon de Marseille 300 g", "Olive oil soap in bars", 6.9, 0.32,
         "34011100", "FR"),
    Item("KETTLE-17", "Kettle 1.7 l", "Electric kettle of steel", 49.0, 1.45,
         "85161080", "CN"),
    Item("SCARF-W", "Wool scarf", "Scarf of wool, woven", 38.0, 0.24,
         "62142000", "IT"),
    Item("LAMP-DESK-FR", "Desk lamp, oak foot", "Desk lamp with LED, oak", 64.0, 1.8,
         "94052190", "PT"),
)  # fmt: skip


@dataclass(frozen=True)
class Recipient:
    """A customer's address; ``state`` where the country needs one."""

    name: str
    street: str
    zip: str
    city: str
    phone: str
    state: str = ""


RECIPIENTS = {
    "AT": Recipient("Wiener Hausrat", "Praterstrasse 25", "1020", "Wien",
                    "+43 1 2140001"),
    "AU": Recipient("Harbour Homewares", "50 Bridge Street", "2000", "Sydney",
                    "+61 2 5550 0101", "NSW"),
    "BE": Recipient("Maison Ixelles", "Chaussee d'Ixelles 120", "1050", "Bruxelles",
                    "+32 2 5550101"),
    "CA": Recipient("Maple Home Goods", "171 East Liberty Street", "M6K 3P6", "Toronto",
                    "+1 416 555 0101", "ON"),
    "CH": Recipient("Haushalt am See", "Seefeldstrasse 60", "8008", "Zurich",
                    "+41 44 555 01 01"),
    "DE": Recipient("Hansa Haushaltswaren", "Am Sandtorkai 30", "20457", "Hamburg",
                    "+49 40 5550101"),
    "ES": Recipient("Casa Levante", "Calle de Colon 40", "46004", "Valencia",
                    "+34 96 555 01 01"),
    "FR": Recipient("Comptoir du Rhone", "12 rue de la Republique", "69002", "Lyon",
                    "+33 4 72 00 00 01"),
    "GB": Recipient("Severn Kitchen Supplies", "18 Park Street", "BS1 5HX", "Bristol",
                    "+44 117 555 0101"),
    "IT": Recipient("Casalinghi Torino", "Via Lagrange 15", "10123", "Torino",
                    "+39 011 5550101", "TO"),
    "JP": Recipient("Kitano Living", "2-10 Kitano-cho", "650-0002", "Kobe",
                    "+81 78 555 0101", "JP-28"),
    "NL": Recipient("Grachten Wonen", "Prinsengracht 300", "1016 HX", "Amsterdam",
                    "+31 20 5550101"),
    "NO": Recipient("Fjord Interior", "Bryggen 5", "5003", "Bergen", "+47 55 55 01 01"),
    "PL": Recipient("Dom i Ogrod", "ulica Dluga 14", "31-146", "Krakow",
                    "+48 12 555 01 01"),
    "PT": Recipient("Casa do Porto", "Rua das Flores 80", "4050-262", "Porto",
                    "+351 22 555 0101"),
    "SG": Recipient("Marina Homeware", "10 Collyer Quay", "049315", "Singapore",
                    "+65 6555 0101"),
    "US": Recipient("Lakeside Kitchen Supply", "2200 West Fulton Street", "60612",
                    "Chicago", "+1 312 555 0101", "IL"),
}  # fmt: skip
CONNECTORS: dict[str, tuple[str, dict[str, Any]]] = {
    "ups": (
        "UPS (sandbox)",
        {
            "ups_client_id": "sandbox",
            "ups_client_secret": TOKEN,
            "ups_account": UPS_ACCOUNT,
            "ups_alert_key": ALERT_KEY,
        },
    ),
    "dhl_express": (
        "DHL Express (sandbox)",
        {
            "dhl_express_user": "sandbox",
            "dhl_express_password": TOKEN,
            "dhl_express_account": "123456789",
        },
    ),
    "dpd_fr": (
        "DPD France (sandbox)",
        {
            "dpd_fr_user": "sandbox",
            "dpd_fr_password": TOKEN,
            "dpd_fr_center": 77,
            "dpd_fr_customer": 18028,
        },
    ),
    "shipengine": ("ShipEngine (sandbox)", {"shipengine_api_key": TOKEN}),
}
# Those that report what happens to a parcel on their own.
PUSHING = ("ups", "shipengine")


@dataclass
class MasterData:
    """Ids of what the wave needs; backends and methods by their key here."""

    warehouse: int = 0
    location: int = 0
    carton: int = 0
    incoterm: int = 0
    backends: dict[str, int] = field(default_factory=dict)
    methods: dict[str, int] = field(default_factory=dict)
    products: dict[str, int] = field(default_factory=dict)
    customers: dict[str, int] = field(default_factory=dict)


def prepare(
    context: ScenarioContext, partner: Sandbox, dialects: Iterable[str]
) -> MasterData:
    """Set everything up through Odoo's own API, as its users would."""
    client, data = context.client, MasterData()
    client.call(
        "ir.config_parameter", "set_param", "web.base.url", context.odoo.base_url
    )
    [wizard] = client.create("res.config.settings", {"group_stock_tracking_lot": True})
    client.call("res.config.settings", "execute", [wizard])
    _use_euros(client)
    _make_warehouse(client, data)
    _make_products(client, data)
    for country, recipient in RECIPIENTS.items():
        data.customers[country] = _make_customer(client, country, recipient)
    for dialect in dialects:
        _make_backend(client, partner, data, dialect)
    _make_methods(client, data)
    return data


def _use_euros(client: OdooClient) -> None:
    """The carriers quote and bill in euros, whatever currency the company has."""
    known = [("name", "=", "EUR"), ("active", "in", [True, False])]
    [euro] = client.call("res.currency", "search", known)
    client.call("res.currency", "write", [euro], {"active": True})
    if not client.call(
        "res.currency.rate", "search_count", [("currency_id", "=", euro)]
    ):
        rate = {"currency_id": euro, "name": "2020-01-01", "rate": 0.9}
        client.create("res.currency.rate", rate)


def _make_warehouse(client: OdooClient, data: MasterData) -> None:
    """In Marseille: its address is what carriers and customs see as the sender's."""
    [country] = client.call("res.country", "search", [("code", "=", "FR")])
    [partner] = client.create(
        "res.partner",
        {
            "name": "Comptoir de Marseille",
            "is_company": True,
            "street": "1 quai du Port",
            "zip": "13002",
            "city": "Marseille",
            "country_id": country,
            "phone": "+33 4 91 00 00 00",
            "email": "warehouse@example.com",
            "tz": "Europe/Paris",
            "vat": "FR23334175221",
            "logistics_eori": "FR33417522100033",
        },
    )
    # The scenario may have been played here before.
    known = client.call("stock.warehouse", "search_count", [("code", "like", "MRS")])
    number = str(known + 1) if known else ""
    [data.warehouse] = client.create(
        "stock.warehouse",
        {
            "name": f"Marseille {number}".strip(),
            "code": f"MRS{number}",
            "partner_id": partner,
        },
    )
    [row] = client.read("stock.warehouse", [data.warehouse], ["lot_stock_id"])
    data.location = row["lot_stock_id"][0]
    [data.carton] = client.create(
        "stock.package.type",
        {
            "name": "Carton 40 x 30 x 25",
            "packaging_length": 400,
            "width": 300,
            "height": 250,
            "base_weight": 0.35,
            "max_weight": 30,
        },
    )
    [data.incoterm] = client.call("account.incoterms", "search", [("code", "=", "DAP")])


def _make_products(client: OdooClient, data: MasterData) -> None:
    codes = sorted({item.origin for item in ITEMS})
    countries = {
        row["code"]: row["id"]
        for row in client.search_read("res.country", [("code", "in", codes)], ["code"])
    }
    ids = client.create(
        "product.product",
        [
            {
                "name": item.name,
                "default_code": item.sku,
                "type": "consu",
                "is_storable": True,
                "list_price": item.price,
                "weight": item.weight,
                "hs_code": item.hs,
                "country_of_origin": countries[item.origin],
                "logistics_customs_description": item.description,
                "taxes_id": [[6, 0, []]],
            }
            for item in ITEMS
        ],
    )
    data.products = {item.sku: id_ for item, id_ in zip(ITEMS, ids, strict=True)}
    quants = client.call(
        "stock.quant",
        "create",
        [
            {
                "product_id": product,
                "location_id": data.location,
                "inventory_quantity": STOCK,
            }
            for product in ids
        ],
        context={"inventory_mode": True},
    )
    client.call("stock.quant", "action_apply_inventory", quants)


def _make_customer(client: OdooClient, country: str, recipient: Recipient) -> int:
    [found] = client.call("res.country", "search", [("code", "=", country)])
    values = {
        "name": recipient.name,
        "is_company": True,
        "street": recipient.street,
        "zip": recipient.zip,
        "city": recipient.city,
        "country_id": found,
        "phone": recipient.phone,
        "email": f"goods-in.{country.lower()}@example.com",
    }
    if recipient.state:
        domain = [("code", "=", recipient.state), ("country_id", "=", found)]
        [values["state_id"]] = client.call("res.country.state", "search", domain)
    [partner] = client.create("res.partner", values)
    return partner


def _make_backend(
    client: OdooClient, partner: Sandbox, data: MasterData, dialect: str
) -> None:
    name, credentials = CONNECTORS[dialect]
    for old in client.call("logistics.backend", "search", [("name", "=", name)]):
        # Its sandbox is gone.
        client.call("logistics.backend", "action_pause", [old])
        client.write("logistics.backend", [old], {"name": f"{name} {old}"})
    [backend] = client.create(
        "logistics.backend",
        {
            "name": name,
            "connector": dialect,
            "environment": "sandbox",
            "base_url": partner.dialect_url(dialect),
            "allow_private_network": True,
            "timeout": 20,
            **credentials,
        },
    )
    data.backends[dialect] = backend
    answer = client.call("logistics.backend", "action_test_connection", [backend])
    if answer["params"]["type"] != "success":
        raise RuntimeError(f"{name}: {answer['params']['message']}")
    client.call("logistics.backend", "action_start", [backend])
    if dialect == "ups":
        # UPS receives the webhook's address outside of its API.
        [row] = client.read("logistics.backend", [backend], ["webhook_url"])
        url = {"url": row["webhook_url"], "key": ALERT_KEY}
        partner.call("POST", "/ups/webhook", url)
    if dialect in PUSHING:
        client.call("logistics.backend", "action_subscribe_webhooks", [backend])
    client.create(
        "logistics.carrier.schedule",
        {
            "backend_id": backend,
            "warehouse_id": data.warehouse,
            "days": "all",
            "auto_manifest": False,
        },
    )


def _make_methods(client: OdooClient, data: MasterData) -> None:
    for method in METHODS.values():
        if method.dialect not in data.backends:
            continue
        [fee] = client.create(
            "product.product",
            {"name": method.name, "type": "service", "taxes_id": [[6, 0, []]]},
        )
        [data.methods[method.key]] = client.create(
            "delivery.carrier",
            {
                "name": method.name,
                "product_id": fee,
                "delivery_type": "logistics",
                "logistics_backend_id": data.backends[method.dialect],
                "logistics_service": method.service,
                "logistics_label_format": method.label_format,
                "logistics_package_type_id": data.carton,
                "logistics_incoterm_id": data.incoterm,
            },
        )
