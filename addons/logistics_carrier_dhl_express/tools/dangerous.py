"""Dangerous goods under the content IDs that DHL agreed. Never imports odoo."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from decimal import Decimal

from odoo.addons.logistics_carrier.canonical import DangerousGoods, ParcelContent
from odoo.addons.logistics_carrier.tools import units
from odoo.addons.logistics_core.errors import InvalidMessage
from odoo.addons.logistics_core.texts import _lt
from odoo.addons.logistics_core.tools.json_paths import Json

from .. import const

MOST_UN_CODES = 10
LONGEST_STATEMENT = 200  # of all the statements of a shipment together
PACKAGES = "{packages}"


@dataclass(frozen=True, slots=True)
class Agreed:
    """One agreement with DHL: which goods go under which service and content ID.

    :param packing_group, shipping_name: None: any
    :param statement: printed instead of DHL's own; `{packages}` is their number
    """

    un_number: str
    service: str
    content_id: str
    packing_group: str | None = None
    shipping_name: str | None = None
    statement: str | None = None

    def fits(self, goods: DangerousGoods) -> bool:
        """Return whether the agreement covers these goods."""
        name = (self.shipping_name or "").casefold()
        return (
            self.un_number == goods.un_number
            and self.packing_group in (None, goods.packing_group)
            and (not name or name == goods.proper_shipping_name.strip().casefold())
        )

    def rank(self) -> int:
        """Return how exact it is."""
        return 2 * bool(self.shipping_name) + bool(self.packing_group)


@dataclass(slots=True)
class Group:
    """What goes under one service and content ID."""

    parcels: set[str] = field(default_factory=set)
    goods: list[DangerousGoods] = field(default_factory=list)
    statement: str | None = None

    def add(
        self, parcel: ParcelContent, goods: DangerousGoods, statement: str | None
    ) -> None:
        """Add goods of a parcel."""
        self.parcels.add(parcel.reference)
        self.goods.append(goods)
        self.statement = self.statement or statement

    def describe(self) -> str:
        """Return the statement; without one the goods' own names."""
        names = dict.fromkeys(describe(goods) for goods in self.goods)
        text = self.statement or "; ".join(names)
        return text.replace(PACKAGES, str(len(self.parcels)))


def find(goods: DangerousGoods, table: Iterable[Agreed]) -> Agreed | None:
    """Return the most exact agreement about these goods, or None."""
    fitting = [agreed for agreed in table if agreed.fits(goods)]
    return max(fitting, key=Agreed.rank, default=None)


def describe(goods: DangerousGoods) -> str:
    """Return `UN1263 PAINT, packing group III`."""
    group = f", packing group {goods.packing_group}" if goods.packing_group else ""
    return f"UN{goods.un_number} {goods.proper_shipping_name}{group}"


def to_services(
    parcels: tuple[ParcelContent, ...], table: tuple[Agreed, ...]
) -> list[Json]:
    """Return one value-added service for each content ID in these parcels.

    :raises InvalidMessage: DHL agreed to none, or what it must know is not there
    """
    groups: dict[tuple[str, str], Group] = {}
    for parcel in parcels:
        for goods in parcel.dangerous_goods:
            agreed = find(goods, table)
            if agreed is None:
                raise InvalidMessage(
                    _lt(
                        "DHL takes dangerous goods only under content IDs "
                        "that it agreed: there is none for %(goods)s.",
                        goods=describe(goods),
                    ),
                    remedy=_lt(
                        "Enter it on the connection, under Dangerous goods, then"
                        " retry the message."
                    ),
                )
            group = groups.setdefault((agreed.service, agreed.content_id), Group())
            group.add(parcel, goods, agreed.statement)
    statements = _to_statements(list(groups.values()))
    return [
        {
            "serviceCode": service,
            "dangerousGoods": [
                {"contentId": content_id, **_to_contents(group), **statement}
            ],
        }
        for ((service, content_id), group), statement in zip(
            groups.items(), statements, strict=True
        )
    ]


def to_codes(
    parcels: tuple[ParcelContent, ...], table: tuple[Agreed, ...]
) -> list[str]:
    """Return the service codes alone, as far as they are agreed; for prices."""
    agreed = (find(g, table) for p in parcels for g in p.dangerous_goods)
    return list(dict.fromkeys(one.service for one in agreed if one))


def _to_contents(group: Group) -> Json:
    """The contract wants either UN codes or the weight of dry ice, never both."""
    numbers = list(dict.fromkeys(goods.un_number for goods in group.goods))
    if const.DRY_ICE in numbers:
        weight = sum((g.net_weight or Decimal(0) for g in group.goods), Decimal(0))
        if weight <= 0:
            raise InvalidMessage(
                _lt("DHL needs the net weight of dry ice."),
                remedy=_lt(
                    "Enter the weight of the product, then try the label again."
                ),
            )
        return {"dryIceTotalNetWeight": float(units.to_weight(weight))}
    if len(numbers) > MOST_UN_CODES:
        raise InvalidMessage(
            _lt(
                "DHL takes %(most)s UN numbers under one content ID, not %(count)s.",
                most=MOST_UN_CODES,
                count=len(numbers),
            ),
            remedy=_lt("Divide the delivery."),
        )
    return {"unCodes": numbers}


def _to_statements(groups: list[Group]) -> list[Json]:
    """Return what is printed: statements of all the goods, or of none.

    DHL leaves out goods without one as soon as others have one.

    :raises InvalidMessage: they are too long together
    """
    if not any(group.statement for group in groups):
        return [{} for _group in groups]
    made = [group.describe() for group in groups]
    if len(", ".join(made)) > LONGEST_STATEMENT:
        raise InvalidMessage(
            _lt(
                "DHL prints %(most)s characters about dangerous goods: %(made)s",
                most=LONGEST_STATEMENT,
                made=", ".join(made),
            ),
            remedy=_lt(
                "Shorten the statements on the connection, under Dangerous goods."
            ),
        )
    return [{"customDescription": text} for text in made]
