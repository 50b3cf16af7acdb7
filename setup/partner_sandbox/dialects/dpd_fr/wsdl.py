"""The vendor's WSDL: its types as an XML schema, and the header each call needs."""

from __future__ import annotations

from pathlib import Path

from lxml import etree

from ...core.message import Violation

Element = etree._Element
NAMESPACE = "http://www.cargonet.software"
ENVELOPE = "http://schemas.xmlsoap.org/soap/envelope/"
_WSDL = "{http://schemas.xmlsoap.org/wsdl/}"
_SOAP = "{http://schemas.xmlsoap.org/wsdl/soap/}"
_XSD = "{http://www.w3.org/2001/XMLSchema}"
_PARSER = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False)


def read(body: bytes) -> Element:
    """A SOAP envelope. Raises ValueError when it is none."""
    try:
        root = etree.fromstring(body, _PARSER)
    except etree.XMLSyntaxError as error:
        raise ValueError(f"not XML: {error.msg}") from None
    if root.tag != f"{{{ENVELOPE}}}Envelope" or content(root) is None:
        raise ValueError("not a SOAP 1.1 envelope with one body")
    return root


def content(envelope: Element) -> Element | None:
    """What the body holds."""
    body = envelope.find(f"{{{ENVELOPE}}}Body")
    return body[0] if body is not None and len(body) else None


def local(element: Element) -> str:
    """An element's name without its namespace."""
    return str(etree.QName(element).localname)


class Wsdl:
    """A loaded WSDL. Pure and thread safe once built."""

    def __init__(self, file: Path) -> None:
        self.raw = file.read_bytes()
        root = etree.fromstring(self.raw, _PARSER)
        # Written out alone, so that it brings its own names of namespaces.
        schema = etree.fromstring(etree.tostring(next(root.iter(f"{_XSD}schema"))))
        self.schema = etree.XMLSchema(schema)
        self.headers: dict[str, str | None] = {}
        for operation in root.iter(f"{_WSDL}operation"):
            wire = operation.find(f"{_SOAP}operation")
            if wire is not None:
                header = operation.find(f"{_WSDL}input/{_SOAP}header")
                part = None if header is None else header.get("part")
                self.headers[str(operation.get("name"))] = part

    def check(self, body: bytes, action: str) -> list[Violation]:
        """Every breach in a call; ``action`` is the header SOAPAction."""
        try:
            envelope = read(body)
        except ValueError as error:
            return [Violation("body", "", str(error))]
        called = content(envelope)
        assert called is not None
        name = local(called)
        if name not in self.headers:
            return [Violation("body", name, f"the WSDL has no operation {name!r}")]
        found = self.validate(called)
        wanted = f"{NAMESPACE}/{name}"
        if action.strip('"') != wanted:
            found.append(Violation("header", "SOAPAction", f"{action} is not {wanted}"))
        given = envelope.findall(f"{{{ENVELOPE}}}Header/*")
        if [local(part) for part in given] != [self.headers[name]]:
            text = f"{name} needs the header {self.headers[name]} and no other"
            found.append(Violation("header", "soap:Header", text))
        return found + [v for part in given for v in self.validate(part)]

    def validate(self, element: Element) -> list[Violation]:
        """Breaches of the WSDL's own types."""
        alone = etree.fromstring(etree.tostring(element), _PARSER)
        if self.schema.validate(alone):
            return []
        return [
            Violation("body", str(error.path), error.message[:400])
            for error in self.schema.error_log
        ]
