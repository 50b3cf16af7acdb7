"""Control calls over all carriers, under ``/_sandbox/carriers``."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from ..core.dialect import ControlCall, Dialect
from ..core.message import Request
from . import invoices
from .books import invoice_report, parcel_report, shipment_report
from .dialect import CarrierDialect, encoded
from .model import Json, Parcel


class CarrierControl:
    """Plans, progress, books and bills of every carrier in the process.

    ``{key}`` is a tracking number, a reference or a shipment's id; ``?dialect=`` or
    ``dialect`` in the body names one carrier, else all are searched.
    """

    def __init__(self, dialects: list[Dialect]) -> None:
        self.world = dialects[0].world
        self.carriers = {d.name: d for d in dialects if isinstance(d, CarrierDialect)}

    @classmethod
    def routes(cls, dialects: list[Dialect]) -> list[tuple[str, str, ControlCall]]:
        """The calls, each under the world's lock."""
        made = cls(dialects)
        return [
            ("GET", "/books", made.locked(made.books)),
            ("POST", "/plans", made.locked(made.plan)),
            ("POST", "/run", made.locked(made.run_all)),
            ("GET", "/shipments/{key}", made.locked(made.shipments)),
            ("POST", "/shipments/{key}/advance", made.locked(made.advance)),
            ("POST", "/shipments/{key}/run", made.locked(made.run)),
            ("POST", "/invoices", made.locked(made.bill)),
        ]

    def locked(self, call: ControlCall) -> ControlCall:
        """The call under the world's lock."""

        def run(arguments: dict[str, str], data: Json, request: Request) -> Any:
            with self.world.lock:
                return call(arguments, data, request)

        return run

    def asked(self, data: Json, request: Request) -> Iterator[CarrierDialect]:
        """The carriers a call is about. Raises LookupError for an unknown one."""
        name = data.get("dialect") or request.argument("dialect")
        if name and name not in self.carriers:
            raise LookupError(f"no carrier {name!r}, known: {sorted(self.carriers)}")
        yield from [self.carriers[name]] if name else self.carriers.values()

    def found(
        self, arguments: dict[str, str], data: Json, request: Request
    ) -> list[tuple[CarrierDialect, Parcel]]:
        """Parcels behind a key. Raises LookupError when there is none."""
        key = arguments["key"]
        made = [(c, p) for c in self.asked(data, request) for p in c.life.found(key)]
        if not made:
            raise LookupError(f"no shipment {key!r}")
        return made

    def books(self, _: Any, data: Json, request: Request) -> Json:
        """Each carrier's books by its dialect's name."""
        return {c.name: c.books.report() for c in self.asked(data, request)}

    def plan(self, _: Any, data: Json, request: Request) -> Json:
        """Set the plan of a ``reference`` or a ``tracking_number``."""
        key = str(data.get("tracking_number") or data.get("reference") or "")
        if not key or not isinstance(data.get("steps"), list):
            raise ValueError("a plan needs reference or tracking_number, and steps")
        for carrier in self.asked(data, request):
            made = carrier.life.plan(key, data["steps"])
        return {"key": key, "steps": made}

    def advance(self, arguments: dict[str, str], data: Json, request: Request) -> Json:
        """The next step of each parcel of a key."""
        found = self.found(arguments, data, request)
        done = {p.tracking: c.life.advance(p) for c, p in found}
        return {"done": done, "parcels": [parcel_report(p) for _, p in found]}

    def run(self, arguments: dict[str, str], data: Json, request: Request) -> Json:
        """Steps of each parcel of a key until its end, or until it is parked."""
        found = self.found(arguments, data, request)
        done = {p.tracking: c.life.run(p) for c, p in found}
        return {"done": done, "parcels": [parcel_report(p) for _, p in found]}

    def run_all(self, _: Any, data: Json, request: Request) -> Json:
        """Every live parcel that is not parked runs to its end; ``steps`` limits."""
        limit, count = data.get("steps"), 0
        for carrier in self.asked(data, request):
            for parcel in list(carrier.books.parcels.values()):
                left = int(limit) if limit else -1
                while left and not parcel.parked and carrier.life.advance(parcel):
                    count += 1
                    left -= 1
        return {"steps": count}

    def shipments(
        self, arguments: dict[str, str], data: Json, request: Request
    ) -> Json:
        """Every purchase behind a key, voided ones too."""
        key = arguments["key"]
        found = {
            s.id: shipment_report(s)
            for c in self.asked(data, request)
            for s in c.books.shipments.values()
            if key in (s.id, s.reference) or key in [p.tracking for p in s.parcels]
        }
        return {"shipments": list(found.values())}

    def bill(self, _: Any, data: Json, request: Request) -> Json:
        """Bill what was not billed yet: ``share`` of it for ``factor`` times the base.

        Answers a list of invoices, each with the vendor's file in base64.
        """
        made = []
        for carrier in self.asked(data, request):
            share = float(data.get("share", 0))
            factor = Decimal(str(data.get("factor", "1.4")))
            seed = self.world.seed
            invoice = invoices.bill(carrier.books, seed, share, factor)
            if invoice:
                name, content = carrier.invoice_file(invoice)
                file = {"name": name, "content": encoded(content)}
                made.append(
                    {"dialect": carrier.name, **invoice_report(invoice), **file}
                )
        return {"invoices": made}
