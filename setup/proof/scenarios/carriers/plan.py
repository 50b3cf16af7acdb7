"""The wave of the carriers' scenario: which order goes where, and what befalls it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import cycle, islice
from typing import Any

Step = str | dict[str, Any]
UNDERWAY: tuple[Step, ...] = ("picked_up", "departed", "in_transit")
ARRIVAL: tuple[Step, ...] = ("out_for_delivery", "delivered")


@dataclass(frozen=True)
class Case:
    """What befalls an order.

    :param life: the steps of its parcels at the carrier
    :param end: the carrier's last word on its parcels
    :param exception: kind of the exception that must have been opened for each parcel
    :param stays_open: that exception waits for a person at the end
    :param action: what our people do: void, cancel, return or return_unused
    """

    title: str
    life: tuple[Step, ...] = (*UNDERWAY, *ARRIVAL)
    end: str = "delivered"
    exception: str = ""
    stays_open: bool = False
    action: str = ""


PLAIN = Case("shipped and delivered")
ATTEMPTED = Case(
    "nobody there at the first attempt",
    (*UNDERWAY, "out_for_delivery", "attempted", *ARRIVAL),
    exception="carrier_attempt",
)
RELEASED = Case(
    "held by customs, then released",
    (*UNDERWAY, "customs_hold", "customs_released", *ARRIVAL),
    exception="carrier_customs",
)
HELD = Case(
    "held by customs until a paper is sent",
    (*UNDERWAY, "customs_hold"),
    "customs_hold",
    "carrier_customs",
    stays_open=True,
)
LATE = Case(
    "later than promised",
    (*UNDERWAY, {"kind": "delay", "days": 12}, *ARRIVAL),
    exception="carrier_delay",
)
DAMAGED = Case(
    "damaged on the way",
    (*UNDERWAY, "damaged", *ARRIVAL),
    exception="carrier_damage",
    stays_open=True,
)
LOST = Case("lost", (*UNDERWAY, "lost"), "lost", "carrier_lost", stays_open=True)
REFUSED = Case(
    "refused at the door, comes back",
    (*UNDERWAY, "out_for_delivery", "refused", "returning", "returned"),
    "returned",
    "carrier_returned",
    stays_open=True,
)
VOIDED = Case("label voided and bought again", action="void")
CANCELLED = Case("order cancelled, label voided", action="cancel")
RETURNED = Case("sent back by the customer", action="return")
UNUSED = Case("return label, not used yet", action="return_unused")


@dataclass(frozen=True)
class Method:
    """A shipping method; ``most`` is how many parcels one shipment takes."""

    key: str
    name: str
    dialect: str
    service: str
    label_format: str = "PDF"
    most: int = 9


METHODS = {
    method.key: method
    for method in (
        Method("ups_standard", "UPS Standard", "ups", "11"),
        Method("ups_saver", "UPS Worldwide Saver", "ups", "65", "ZPL"),
        Method("dhl_europe", "DHL Express EU", "dhl_express", "U"),
        Method("dhl_world", "DHL Express Worldwide", "dhl_express", "P"),
        Method("dpd_classic", "DPD Classic", "dpd_fr", "classic"),
        Method("dpd_predict", "DPD Predict", "dpd_fr", "predict", "ZPL"),
        Method("gls", "GLS Business", "shipengine", "se-100003:gls_business_parcel"),
        Method(
            "colissimo",
            "Colissimo Domicile",
            "shipengine",
            "se-100002:colissimo_domicile",
            most=1,
        ),
    )
}
# Dialect -> (method, destination) in turn.
ROUTES = {
    "ups": (
        ("ups_saver", "US"),
        ("ups_standard", "DE"),
        ("ups_saver", "CH"),
        ("ups_standard", "BE"),
        ("ups_saver", "GB"),
        ("ups_standard", "IT"),
        ("ups_saver", "CA"),
        ("ups_saver", "NO"),
        ("ups_standard", "AT"),
    ),
    "dhl_express": (
        ("dhl_world", "JP"),
        ("dhl_world", "US"),
        ("dhl_europe", "DE"),
        ("dhl_world", "AU"),
        ("dhl_world", "GB"),
        ("dhl_world", "SG"),
        ("dhl_europe", "PL"),
    ),
    "dpd_fr": (
        ("dpd_predict", "FR"),
        ("dpd_classic", "DE"),
        ("dpd_classic", "ES"),
        ("dpd_classic", "BE"),
        ("dpd_classic", "NL"),
        ("dpd_classic", "PT"),
    ),
    "shipengine": (
        ("gls", "GB"),
        ("gls", "ES"),
        ("colissimo", "FR"),
        ("gls", "CH"),
        ("gls", "IT"),
        ("colissimo", "BE"),
    ),
}
# Dialect -> the cases of its first orders; all others are plain. MyDHL has no void, DPD
# France's service no tracking: what happens on the way is not reported there.
CASES = {
    "ups": (
        RELEASED,
        VOIDED,
        LOST,
        RETURNED,
        ATTEMPTED,
        DAMAGED,
        HELD,
        PLAIN,
        CANCELLED,
        LATE,
    ),
    "dhl_express": (
        ATTEMPTED,
        RELEASED,
        RETURNED,
        REFUSED,
        PLAIN,
        HELD,
        DAMAGED,
        LATE,
        LOST,
    ),
    "dpd_fr": (UNUSED, VOIDED, PLAIN, CANCELLED, PLAIN),
    "shipengine": (
        RELEASED,
        ATTEMPTED,
        VOIDED,
        DAMAGED,
        RETURNED,
        PLAIN,
        LOST,
        CANCELLED,
        LATE,
        REFUSED,
    ),
}
# The sockets of these orders' purchases are cut, in each carrier's own count.
CUT = frozenset({1, 6})
SECOND_PARCEL_EVERY, THIRD_PARCEL_EVERY = 3, 7


@dataclass(frozen=True)
class Plan:
    """One order of the wave. ``number`` counts through the wave."""

    number: int
    method: Method
    country: str
    parcels: int
    case: Case
    is_cut: bool


def make_wave(size: int, dialects: Iterable[str] = tuple(ROUTES)) -> list[Plan]:
    """Spread so many orders evenly over the carriers."""
    names = list(dialects)
    wave: list[Plan] = []
    for place, dialect in enumerate(names):
        share = size // len(names) + (place < size % len(names))
        routes = islice(cycle(ROUTES[dialect]), share)
        for index, (key, country) in enumerate(routes):
            cases = CASES[dialect]
            case = cases[index] if index < len(cases) else PLAIN
            method = METHODS[key]
            wave.append(
                Plan(
                    number=len(wave) + 1,
                    method=method,
                    country=country,
                    parcels=min(_parcels(index, case), method.most),
                    case=case,
                    is_cut=index in CUT,
                )
            )
    return wave


def _parcels(index: int, case: Case) -> int:
    """A return goes in one box here: DPD and Colissimo take no more."""
    if case.action.startswith("return"):
        return 1
    if index % THIRD_PARCEL_EVERY == THIRD_PARCEL_EVERY - 1:
        return 3
    return 2 if index % SECOND_PARCEL_EVERY == 1 else 1
