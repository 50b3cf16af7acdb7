"""DHL's duties, and dangerous goods under content IDs: asked right, read whole."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal

import carrier_samples as samples
import pytest

from odoo.addons.logistics_carrier.canonical import DangerousGoods, Money
from odoo.addons.logistics_carrier.canonical.landed_cost import (
    LandedCostRequest,
    key_of,
)
from odoo.addons.logistics_carrier_dhl_express import translator
from odoo.addons.logistics_carrier_dhl_express.tools import (
    dangerous,
    landed_cost,
    rates,
)
from odoo.addons.logistics_carrier_dhl_express.tools.dangerous import Agreed
from odoo.addons.logistics_core.canonical import Canonical
from odoo.addons.logistics_core.errors import InvalidMessage

ACCOUNT = "123456789"
NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
QUESTION = LandedCostRequest(
    samples.LYON,
    samples.AUSTIN,
    (samples.BOX,),
    "P",
    "EUR",
    "DAP",
    "sale",
    (samples.LAMP, replace(samples.LAMP, hs_code="9405.21.0010", sku=None)),
)
PAINT = Agreed("1263", "HE", "910")
ION = DangerousGoods("3481", "Lithium ion batteries", "9", Decimal(1), "C62")
ICE = DangerousGoods(
    "1845", "Dry ice", "9", Decimal(2), "C62", net_weight=Decimal("2.5")
)


def price(name, amount, currency="EUR", **more):
    return {"name": name, "price": amount, "priceCurrency": currency, **more}


def answer(*lines, items=(), warnings=(), total=112.5):
    product = {
        "totalPrice": [{"priceCurrency": "EUR", "price": total}],
        "detailedPriceBreakdown": [{"priceCurrency": "EUR", "breakdown": list(lines)}],
        "items": list(items),
    }
    return {"products": [product], "warnings": list(warnings)}


LINES = (
    price("SCUSV", 76.5),
    price("SPRQN", 18, "GBP"),
    price("FUEL SURCHARGE", 2.5, "GBP", serviceCode="FF"),
    price("TOTAL DUTIES", 2.3, typeCode="DUTY"),
    price("TOTAL TAXES", 7, typeCode="TAX"),
    price("TOTAL FEES", 4, typeCode="FEE"),
    price("PROCESSING", 4, typeCode="FEE", tariffRateFormula="EUR 4"),
)
ITEMS = (
    {
        "number": 1,
        "breakdown": [
            price("CIF", 90),
            price("DUTY", 2.3, typeCode="DUTY", tariffRateFormula="0.03 * CIF"),
            price("VAT", 7, typeCode="TAX"),
        ],
    },
)


def read(told):
    return landed_cost.from_landed_cost(told, QUESTION)


def test_the_question_has_goods_terms_and_one_currency():
    made = landed_cost.to_landed_cost(QUESTION, ACCOUNT)
    assert made["currencyCode"] == "EUR"
    assert made["isDTPRequested"] is False
    assert made["shipmentPurpose"] == "commercial"
    first, second = made["items"]
    assert (first["number"], first["partNumber"]) == (1, "LAMP-1")
    assert (first["quantity"], first["unitPrice"], first["weight"]) == (3, 25.5, 0.7)
    assert "partNumber" not in second


def test_the_rate_of_half_a_code_is_the_highest():
    made = landed_cost.to_landed_cost(QUESTION, ACCOUNT)
    kinds = [item["estimatedTariffRateType"] for item in made["items"]]
    assert kinds == ["highest_rate", "default_rate"]


def test_who_pays_the_duties_is_told():
    ddp = replace(QUESTION, incoterm="DDP", ship_to=samples.BERLIN)
    made = landed_cost.to_landed_cost(ddp, ACCOUNT)
    assert made["isDTPRequested"] is True
    assert [a["typeCode"] for a in made["accounts"]] == ["shipper", "duties-taxes"]
    assert made["shipmentPurpose"] == "personal"
    with pytest.raises(InvalidMessage, match="XXX"):
        landed_cost.to_landed_cost(replace(QUESTION, incoterm="XXX"), ACCOUNT)
    many = replace(QUESTION, commodities=(samples.LAMP,) * 1001)
    with pytest.raises(InvalidMessage, match="1000"):
        landed_cost.to_landed_cost(many, ACCOUNT)


def test_the_sums_are_the_whole_of_the_total():
    found = read(answer(*LINES, items=ITEMS, warnings=["200203: ballpark"]))
    sums = (found.goods, found.shipping, found.duties, found.taxes, found.fees)
    assert sums == tuple(map(Decimal, ("76.50", "22.70", "2.30", "7.00", "4.00")))
    assert sum(sums) == found.total.amount
    assert found.warnings == ("200203: ballpark",)


def test_charges_keep_their_item_their_currency_and_their_formula():
    found = read(answer(*LINES, items=ITEMS))
    told = [(c.kind, c.code, c.item, c.amount.currency) for c in found.charges]
    assert told == [
        ("shipping", "SPRQN", None, "GBP"),
        ("shipping", "FF", None, "GBP"),
        ("fee", "PROCESSING", None, "EUR"),
        ("value", "CIF", 1, "EUR"),
        ("duty", "DUTY", 1, "EUR"),
        ("tax", "VAT", 1, "EUR"),
    ]
    assert found.charges[0].name == "Transportation"
    assert found.charges[4].formula == "0.03 * CIF"


def test_without_dhl_s_sums_the_charges_are_added_up():
    lines = [line for line in LINES if not line["name"].startswith(("TOTAL", "SCUSV"))]
    found = read(answer(*lines, items=ITEMS, total=200))
    assert (found.duties, found.taxes, found.fees) == (
        Decimal("2.30"),
        Decimal("7.00"),
        Decimal("4.00"),
    )
    assert found.goods == Decimal("153.00")  # as they were declared


def test_no_total_is_no_estimate():
    assert read({"products": [{}]}) is None
    assert read({"warnings": ["no rate"]}) is None
    assert landed_cost.get_warnings({"warnings": ["no rate", None]}) == ("no rate",)


def test_question_and_answer_survive_being_written_down():
    found = read(answer(*LINES, items=ITEMS))
    assert Canonical.from_dict(found.to_dict()) == found
    assert Canonical.from_dict(QUESTION.to_dict()) == QUESTION
    assert key_of(QUESTION) == key_of(replace(QUESTION))
    assert key_of(QUESTION) != key_of(replace(QUESTION, incoterm="DDP"))


# Dangerous goods


def ship(instruction, *table):
    made = translator.to_shipment(instruction, ACCOUNT, NOW, table)
    return made.get("valueAddedServices")


def box(*goods, reference="P1"):
    return replace(samples.BOX, reference=reference, dangerous_goods=goods)


def with_goods(*parcels):
    return replace(samples.PLAIN, parcels=parcels)


def test_goods_go_under_their_service_and_content_id():
    (made,) = ship(samples.DANGEROUS, PAINT)
    content = {"contentId": "910", "unCodes": ["1263"]}
    assert made == {"serviceCode": "HE", "dangerousGoods": [content]}


def test_goods_without_an_agreement_are_not_sent():
    for table in (
        (),
        (replace(PAINT, packing_group="I"),),
        (Agreed("3481", "H", "1"),),
    ):
        with pytest.raises(InvalidMessage, match="UN1263 PAINT, packing group III"):
            ship(samples.DANGEROUS, *table)


def test_the_most_exact_agreement_counts():
    table = (
        Agreed("3481", "HV", "967"),
        Agreed("3481", "HD", "966", shipping_name="lithium ION batteries"),
        Agreed("3481", "HX", "1", packing_group="II"),
    )
    assert dangerous.find(ION, table).content_id == "966"
    other = replace(ION, proper_shipping_name="in equipment")
    assert dangerous.find(other, table).content_id == "967"
    assert dangerous.find(replace(other, packing_group="II"), table).service == "HX"


def test_dry_ice_is_told_by_its_weight_and_not_by_its_number():
    table = (Agreed("1845", "HC", "901"),)
    parcels = with_goods(box(ICE), box(ICE, reference="P2"))
    (made,) = ship(parcels, *table)
    content = {"contentId": "901", "dryIceTotalNetWeight": 5.0}
    assert made["dangerousGoods"] == [content]
    with pytest.raises(InvalidMessage, match="net weight"):
        ship(with_goods(box(replace(ICE, net_weight=None))), *table)


def test_numbers_under_one_content_id_share_a_service():
    table = (Agreed("1263", "HH", "E01"), Agreed("3481", "HH", "E01"))
    (made,) = ship(with_goods(box(samples.PAINT, ION, ION)), *table)
    assert made["dangerousGoods"][0]["unCodes"] == ["1263", "3481"]
    numbers = [f"{n:04}" for n in range(1, 12)]
    goods = [replace(ION, un_number=number) for number in numbers]
    table = tuple(Agreed(number, "HH", "E01") for number in numbers)
    with pytest.raises(InvalidMessage, match="10 UN numbers"):
        ship(with_goods(box(*goods)), *table)


def test_a_statement_of_one_needs_statements_of_all():
    battery = Agreed("3481", "HD", "966", statement="{packages} package PI966")
    parcels = with_goods(box(ION), box(ION, samples.PAINT, reference="P2"))
    told = [s["dangerousGoods"][0] for s in ship(parcels, battery, PAINT)]
    assert [content["customDescription"] for content in told] == [
        "2 package PI966",
        "UN1263 PAINT, packing group III",
    ]
    long = replace(battery, statement="x" * 190)
    with pytest.raises(InvalidMessage, match="200 characters"):
        ship(parcels, long, PAINT)


def test_other_services_stay_beside_them():
    parcels = (box(samples.PAINT), samples.SMALL)
    made = ship(replace(samples.EXPORT, parcels=parcels), PAINT)
    assert [entry["serviceCode"] for entry in made] == ["II", "SD", "HE"]


def test_their_price_is_asked_for_with_their_service():
    question = replace(samples.QUESTION, parcels=(box(samples.PAINT, ION),))
    made = rates.to_rates(question, ACCOUNT, NOW, (PAINT,))
    assert made["valueAddedServices"] == [{"serviceCode": "HE"}]
    insured = replace(question, insurance=Money(Decimal(5), "EUR"))
    codes = rates.to_rates(insured, ACCOUNT, NOW, (PAINT,))["valueAddedServices"]
    assert [entry["serviceCode"] for entry in codes] == ["II", "HE"]
