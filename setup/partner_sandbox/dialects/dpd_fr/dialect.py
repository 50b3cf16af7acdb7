"""DPD France's EPrint web service on the common world of carriers."""

from __future__ import annotations

import csv
import io
import re
from typing import ClassVar

from ...carriers.dialect import CarrierDialect
from ...carriers.model import Invoice
from ...core.message import Answer, Refusal, Request, Violation
from ...core.world import World
from . import answers
from .operations import Operations, text
from .wsdl import ENVELOPE, NAMESPACE, Wsdl, content, local, read

FILE = "dpd_france/service.wsdl"


class DpdFrance(CarrierDialect):
    """One customer. The WSDL is served under ``?wsdl``, as the vendor does.

    It is not in this repository: without the contracts' folder there is none to serve,
    and a client that reads it finds nothing.
    """

    name: ClassVar[str] = "dpd_fr"
    carrier_name = "DPD"

    def begin(self, world: World) -> None:
        """Empty books."""
        super().begin(world)
        self.world = world
        self.operations = Operations(self)

    def _find_contract(self) -> bool:
        self._wsdl: Wsdl | None = None
        return (self.world.contracts_dir / FILE).is_file()

    @property
    def wsdl(self) -> Wsdl | None:
        """The vendor's WSDL, read at the first use."""
        if not self.has_contract:
            return None
        with self._reading:
            if self._wsdl is None:
                self._wsdl = Wsdl(self.world.contracts_dir / FILE)
            return self._wsdl

    def check(self, request: Request, path: str) -> list[Violation] | None:
        """Breaches of the WSDL's own types; None where there is no WSDL."""
        if self.wsdl is None:
            return None
        if request.method == "GET" and request.query_string.lower() == "wsdl":
            return []
        if request.method != "POST":
            return [Violation("path", path, f"no {request.method} in SOAP")]
        action = request.headers.get("soapaction", "")
        return self.wsdl.check(request.body, action)

    def serve(self, request: Request, path: str, breaches: list[Violation]) -> Answer:
        """Answer a call, or the WSDL."""
        if request.method == "GET":
            wsdl = self.wsdl
            if wsdl is None or request.query_string.lower() != "wsdl":
                return self.failure(404, "Not found")
            return Answer(200, wsdl.raw, {"Content-Type": "text/xml; charset=utf-8"})
        if breaches:
            return answers.fault(f"{breaches[0].pointer}: {breaches[0].message}"[:300])
        try:
            return self._call(request)
        except ValueError as error:
            return answers.fault(str(error), code="Client")
        except Refusal as refused:
            return refused.answer

    def _call(self, request: Request) -> Answer:
        envelope = read(request.body)
        called = content(envelope)
        assert called is not None
        call = self.operations.calls.get(local(called))
        if call is None:
            return answers.fault("The sandbox does not play this operation")
        header = envelope.find(f"{{{ENVELOPE}}}Header/{{{NAMESPACE}}}UserCredentials")
        known = text(header, "userid") and text(header, "password") == self.world.token
        if local(called) != "isAlive" and not known:
            return answers.fault("Authentication failed", code="Client")
        inner = called.find(f"{{{NAMESPACE}}}request")
        with self.world.lock:
            return call(called if inner is None else inner)

    def failure(self, status: int, message: str) -> Answer:
        """A fault; a status that is none of SOAP's keeps its own."""
        return answers.fault(message, status if status != 400 else 500)

    def reference_of(self, request: Request, path: str) -> str | None:
        """From a purchase's references, or by a parcel's number."""
        body = request.body.decode(errors="replace")
        if found := re.search(r"referencenumber>([^<]+)<", body):
            return found[1]
        keys = r"(?:BarcodeId|shipmentNumber|barcode)>([^<]+)<"
        found = re.search(keys, body)
        parcel = self.books.parcels.get(found[1]) if found else None
        return parcel.shipment.reference if parcel else None

    def invoice_file(self, invoice: Invoice) -> tuple[str, bytes]:
        """A plain list: the WSDL defines no file in which DPD France bills."""
        out = io.StringIO()
        rows = csv.writer(out, delimiter=";")
        rows.writerow(["parcel", "reference", "charge", "amount", "currency"])
        for line in invoice.lines:
            charge = line.charge
            amount = [str(charge.amount), invoice.currency]
            rows.writerow([line.tracking, line.reference, charge.name, *amount])
        return f"{invoice.number}.csv", out.getvalue().encode()
