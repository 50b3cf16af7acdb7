"""What names a customer and a parcel at DPD France. Never imports odoo."""

from __future__ import annotations

from dataclasses import dataclass

from odoo.addons.logistics_core.tools.json_paths import Json

SEPARATOR = "/"


@dataclass(frozen=True, slots=True)
class Account:
    """The customer's numbers at DPD."""

    country: int
    center: int
    number: int

    def to_customer(self) -> Json:
        """Return `Customer`."""
        return {
            "countrycode": self.country,
            "centernumber": self.center,
            "number": self.number,
        }

    def to_fields(self) -> Json:
        """Return the numbers as shipments name them."""
        return {
            "customer_countrycode": self.country,
            "customer_centernumber": self.center,
            "customer_number": self.number,
        }


@dataclass(frozen=True, slots=True)
class Barcode:
    """DPD's key of one parcel; `kind` is its `etype`.

    :param number: `BarcodeId`, which is also the tracking number
    """

    number: str
    source: int | None = None
    kind: str = "EPRINT"

    def to_text(self) -> str:
        """Return the key as we keep it with the parcel."""
        return SEPARATOR.join((self.kind, str(self.source or ""), self.number))

    @classmethod
    def from_text(cls, text: str) -> Barcode:
        """Read a key that `to_text` wrote, or a bare number."""
        parts = text.split(SEPARATOR)
        kind, source, number = parts if len(parts) == 3 else ("EPRINT", "", text)
        return cls(number, int(source) if source.isdecimal() else None, kind)
