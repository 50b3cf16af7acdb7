"""Duties and taxes: calculated from the goods alone, never a real tariff."""

from __future__ import annotations

from decimal import Decimal

from ...carriers import pricing
from ...carriers.model import Place
from ...carriers.rest import Group, Routes
from ...core.message import Answer, Request
from .api import Json, place, refusal
from .const import DUTY, FEE, PRODUCTS, VAT, WORLDWIDE

CENT = Decimal("0.01")


class Duties(Group):
    """``exp-api-landed-cost``."""

    def routes(self) -> Routes:
        """Operations on duties."""
        return [("POST", "/landed-cost", self.reckon)]

    def reckon(self, request: Request, _: dict[str, str]) -> Answer:
        """One product, its sums, the charges of each item."""
        asked = request.json_object()
        details = asked["customerDetails"]
        sender, receiver = (
            place(details[side]) for side in ("shipperDetails", "receiverDetails")
        )
        self._check(asked, receiver)
        freight, fuel = self._freight(asked, sender, receiver)
        items = [
            Item(item, freight / len(asked["items"]), receiver.country)
            for item in asked["items"]
        ]
        goods = sum((item.goods for item in items), Decimal(0))
        duties = sum((item.duty for item in items), Decimal(0))
        taxes = sum((item.tax for item in items), Decimal(0))
        currency = asked["currencyCode"]
        breakdown = [
            _line("SCUSV", goods, currency),
            _line("SPRQN", freight, currency),
            _line("STSCH", fuel, currency),
            _line("FUEL SURCHARGE", fuel, "EUR", serviceCode="FF"),
            _line("TOTAL DUTIES", duties, currency, typeCode="DUTY"),
            _line("TOTAL TAXES", taxes, currency, typeCode="TAX"),
            _line("TOTAL FEES", FEE, currency, typeCode="FEE"),
            _line("IMPORT_PROCESSING_CHARGE", FEE, currency, typeCode="FEE"),
        ]
        total = goods + freight + fuel + duties + taxes + FEE
        product = {
            "totalPrice": [{"priceCurrency": currency, "price": float(total)}],
            "detailedPriceBreakdown": [
                {"priceCurrency": currency, "breakdown": breakdown}
            ],
            "items": [item.told(currency) for item in items],
        }
        warnings = [text for item in items for text in item.warnings]
        body: Json = {"products": [product]}
        return Answer.of(body | ({"warnings": warnings} if warnings else {}))

    def _check(self, asked: Json, receiver: Place) -> None:
        """What DHL checks beyond its schema, as far as it is played."""
        text = f"{receiver.country} {receiver.zip} {receiver.city}"
        if self.dialect.undeliverable(text):
            raise refusal(404, "Not found", "996: Requested product(s) not available")
        currencies = {item["unitPriceCurrencyCode"] for item in asked["items"]}
        if currencies - {asked["currencyCode"]}:
            raise refusal(400, "Bad request", "The sandbox has one currency")
        for item in asked["items"]:
            if not item.get("commodityCode") and not item.get(
                "estimatedTariffRateType"
            ):
                text = f"#/items/number:{item['number']}/ commodityCode is mandatory"
                raise refusal(400, "Bad request", text)

    def _freight(
        self, asked: Json, sender: Place, receiver: Place
    ) -> tuple[Decimal, Decimal]:
        product = asked.get("productCode", WORLDWIDE[0])
        if product not in PRODUCTS:
            raise refusal(400, "Bad request", f"The product {product} is not available")
        weights = [Decimal(str(p["weight"])) for p in asked["packages"]]
        base, fuel = pricing.price(
            PRODUCTS[product][1], sender.country, receiver.country, weights
        )
        return base.amount, fuel.amount


class Item:
    """Goods of one kind and what they are charged."""

    def __init__(self, asked: Json, freight: Decimal, country: str) -> None:
        self.number = int(asked["number"])
        quantity = Decimal(str(asked["quantity"]))
        self.goods = (Decimal(str(asked["unitPrice"])) * quantity).quantize(CENT)
        self.cif = (self.goods + freight).quantize(CENT)
        self.duty = (self.cif * DUTY).quantize(CENT)
        rate = VAT.get(country, Decimal(0))
        self.tax = ((self.cif + self.duty) * rate).quantize(CENT)
        code = str(asked.get("commodityCode") or "")
        self.warnings: list[str] = []
        if sum(char.isdigit() for char in code) <= 6:
            self.warnings = [
                f"200203: #/items/number:{self.number}/ The provided HS code is not a"
                " valid full Import HS code. Ballpark landed cost is estimated."
            ]

    def told(self, currency: str) -> Json:
        """The item as DHL breaks it down."""
        breakdown = [
            _line("CIF", self.cif, currency, tariffRateFormula="COST + FREIGHT"),
            _line(
                "DUTY",
                self.duty,
                currency,
                typeCode="DUTY",
                tariffRateFormula=f"({DUTY} * CIF)",
            ),
            _line("VAT", self.tax, currency, typeCode="TAX"),
        ]
        return {"number": self.number, "breakdown": breakdown}


def _line(name: str, amount: Decimal, currency: str, **more: str) -> Json:
    made: Json = {"name": name, "price": float(amount), "priceCurrency": currency}
    return made | more
