"""Strict checks of SOAP bodies against the types inside a WSDL."""

from __future__ import annotations

from pathlib import Path

from lxml import etree

XSD = "{http://www.w3.org/2001/XMLSchema}"
WSDL = "{http://schemas.xmlsoap.org/wsdl/}"
SOAP = "{http://schemas.xmlsoap.org/wsdl/soap/}"
ENVELOPE = "{http://schemas.xmlsoap.org/soap/envelope/}"


class SoapDocument:
    """One WSDL: its types as a schema, and what each SOAP 1.1 operation wants."""

    def __init__(self, path: Path) -> None:
        self.raw = path.read_bytes()
        root = etree.fromstring(self.raw)
        # Written out alone, so that it brings its own names of namespaces.
        schema = etree.fromstring(etree.tostring(next(root.iter(f"{XSD}schema"))))
        self.namespace = schema.get("targetNamespace")
        self._schema = etree.XMLSchema(etree.ElementTree(schema))
        self.headers: dict[str, str | None] = {}
        for binding in root.iter(f"{WSDL}binding"):
            for operation in binding.iter(f"{WSDL}operation"):
                action = operation.find(f"{SOAP}operation")
                if action is not None and action.get("soapAction"):
                    header = operation.find(f"{WSDL}input/{SOAP}header")
                    part = None if header is None else header.get("part")
                    self.headers[action.get("soapAction")] = part

    def check(self, action: str, body: bytes) -> str:
        """Raise AssertionError for a breach; return the operation's name."""
        action = action.strip('"')
        assert action in self.headers, f"the WSDL has no operation {action}"
        root = etree.fromstring(body)
        assert root.tag == f"{ENVELOPE}Envelope", root.tag
        (content,) = root.find(f"{ENVELOPE}Body")
        self._validate(content)
        name = etree.QName(content).localname
        assert action.endswith(f"/{name}"), f"{action} is not {name}"
        parts = root.findall(f"{ENVELOPE}Header/*")
        wanted = self.headers[action]
        assert [etree.QName(p).localname for p in parts] == [wanted], name
        for part in parts:
            self._validate(part)
        return name

    def check_answer(self, body: bytes) -> None:
        """Raise AssertionError when an answer's body is not of the WSDL's types."""
        (content,) = etree.fromstring(body).find(f"{ENVELOPE}Body")
        if content.tag != f"{ENVELOPE}Fault":
            self._validate(content)

    def _validate(self, element: etree._Element) -> None:
        alone = etree.fromstring(etree.tostring(element))
        if not self._schema.validate(alone):
            found = "; ".join(f"{e.path}: {e.message}" for e in self._schema.error_log)
            raise AssertionError(found)
