"""What is declared of goods and payers, checked once. Never imports odoo."""

from __future__ import annotations

from collections.abc import Collection, Iterable

from odoo.addons.logistics_core.errors import Conflict, InvalidMessage, NotSupported
from odoo.addons.logistics_core.texts import _lt, join
from odoo.addons.logistics_core.tools.codes import codes

from ..canonical import Billing, Party, TransportInstruction

# That give EORI numbers.
EORI_COUNTRIES = codes(
    "AT BE BG HR CY CZ DK EE FI FR DE GR HU IE IT LV LT LU MT NL PL PT RO SK SI ES SE"
    " GB"
)


def check_incoterm(incoterm: str, known: Collection[str], carrier: str) -> str:
    """Return an incoterm that the carrier knows, as the carrier writes it.

    :param known: in capitals, or in small letters where the carrier writes them so
    :raises InvalidMessage: one it does not know
    """
    for code in (incoterm, incoterm.lower()):
        if code in known:
            return code
    raise InvalidMessage(
        _lt(
            "%(carrier)s does not know the incoterm %(incoterm)s.",
            carrier=carrier,
            incoterm=incoterm,
        ),
        remedy=_lt("Choose one of %(known)s.", known=", ".join(sorted(known))),
    )


def get_registrations(party: Party) -> list[tuple[str, str, str]]:
    """Return the numbers under which customs knows a party: kind, number, country.

    The kind is `vat` or `eori`. The country of a tax number is its holder's: many begin
    with letters that are no country (`XAXX010101000` is Mexican). An EORI number
    begins with the country that gave it, which may be another one than the holder's.
    """
    home = party.tax_country or party.address.country
    found = [("vat", party.vat, home)] if party.vat else []
    if party.eori:
        start = party.eori[:2].upper()
        found.append(("eori", party.eori, start if start in EORI_COUNTRIES else home))
    return found


def is_ddp(instruction: TransportInstruction) -> bool:
    """Return whether the sender pays duties and taxes."""
    customs = instruction.customs
    return bool(customs and customs.incoterm.upper() == "DDP")


def describe(instruction: TransportInstruction) -> str:
    """Return what a shipment holds, in one line."""
    goods = instruction.customs.commodities if instruction.customs else ()
    text = instruction.description or ", ".join(line.description for line in goods)
    return " ".join((text or "Goods").split())


def get_payer_account(billing: Billing, carrier: str) -> str | None:
    """Return the account of who pays, None where the sender does.

    :raises InvalidMessage: another one pays, and the account is not known
    """
    if billing.payer == "sender":
        return None
    if not billing.account:
        raise InvalidMessage(
            _lt("%(carrier)s needs the account of whoever pays.", carrier=carrier),
            remedy=_lt(
                "Enter the payer's %(carrier)s account, then retry the message.",
                carrier=carrier,
            ),
        )
    return billing.account


def several(reference: str, keys: Iterable[object], carrier: str) -> Conflict:
    """Return the error of a lookup that found several shipments of one reference.

    :param keys: the carrier's, of what was found
    """
    return Conflict(
        _lt(
            "%(carrier)s has several shipments of %(reference)s: %(keys)s.",
            carrier=carrier,
            reference=reference,
            keys=", ".join(map(str, keys)) or "-",
        ),
        remedy=_lt(
            "Cancel those that are too many at %(carrier)s, then retry the message.",
            carrier=carrier,
        ),
    )


def refuse_unsupported(
    instruction: TransportInstruction, capabilities: Collection[str], carrier: str
) -> None:
    """Raise NotSupported for what the carrier's service has no place for.

    :param capabilities: of the connector
    """
    asked = {
        "customs": (_lt("customs data"), instruction.customs),
        "dangerous_goods": (
            _lt("dangerous goods"),
            any(parcel.dangerous_goods for parcel in instruction.parcels),
        ),
        "third_party_billing": (
            _lt("another payer"),
            instruction.billing.payer != "sender",
        ),
        "signature": (_lt("signatures on demand"), instruction.signature != "none"),
        "saturday": (_lt("Saturday delivery"), instruction.saturday),
        "insurance": (_lt("insurance"), instruction.insurance),
        "return_label": (_lt("returns"), instruction.direction == "return"),
        "multi_parcel": (_lt("several parcels"), len(instruction.parcels) > 1),
    }
    names = [
        name
        for capability, (name, wanted) in asked.items()
        if wanted and capability not in capabilities
    ]
    if names:
        raise NotSupported(
            _lt(
                "%(carrier)s's service takes no %(names)s.",
                carrier=carrier,
                names=join(names, ", "),
            )
        )
