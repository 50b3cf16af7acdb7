"""The dialect of DPD France: it follows the WSDL, and refuses what does not."""

from __future__ import annotations

import base64
from collections.abc import Callable

import pytest
import requests
from lxml import etree

from hub.server.sandbox import contracts_folder
from partner_sandbox.client import Sandbox
from partner_sandbox.dialects.dpd_fr import wsdl

NAMESPACE = wsdl.NAMESPACE
Call = Callable[..., etree._Element]
PLACE = (
    "<countryPrefix>FR</countryPrefix><zipCode>75004</zipCode><city>{}</city>"
    "<street>6 Place des Vosges</street><name>Ada</name>"
)
NUMBERS = (
    "<customer_countrycode>250</customer_countrycode>"
    "<customer_centernumber>77</customer_centernumber>"
    "<customer_number>18028</customer_number>"
)
CUSTOMER = (
    "<customer><centernumber>77</centernumber><number>18028</number>"
    "<countrycode>250</countrycode></customer>"
)


@pytest.fixture(scope="module")
def document() -> wsdl.Wsdl:
    folder = contracts_folder()
    if folder is None:
        pytest.skip("no contract files, and so no WSDL: set CONTRACTS_DIR")
    return wsdl.Wsdl(folder / "dpd_france" / "service.wsdl")


@pytest.fixture
def call(sandbox: Sandbox, document: wsdl.Wsdl) -> Call:
    """Call an operation; its answer is checked against the WSDL's own types."""

    def run(
        name: str, request: str, password: str = "", status: int = 200
    ) -> etree._Element:
        credentials = (
            "<UserCredentials><userid>shop</userid>"
            f"<password>{password or sandbox.token}</password></UserCredentials>"
        )
        body = (
            f'<s:Envelope xmlns:s="{wsdl.ENVELOPE}" xmlns="{NAMESPACE}"><s:Header>'
            f"{credentials}</s:Header><s:Body><{name}><request>{request}</request>"
            f"</{name}></s:Body></s:Envelope>"
        )
        answer = requests.post(
            sandbox.dialect_url("dpd_fr"),
            data=body.encode(),
            headers={
                "SOAPAction": f'"{NAMESPACE}/{name}"',
                "Content-Type": "text/xml; charset=utf-8",
            },
            timeout=30,
        )
        assert answer.status_code == status, answer.text
        found = wsdl.content(wsdl.read(answer.content))
        assert found is not None
        if status == 200:
            assert document.validate(found) == []
        return found

    return run


def shipment(reference: str = "R1", city: str = "Paris", kind: str = "PDF") -> str:
    place = PLACE.format(city)
    return (
        f"<receiveraddress>{place}</receiveraddress>"
        f"<shipperaddress>{place}</shipperaddress>{NUMBERS}"
        "<shippingdate>23/11/2026</shippingdate><weight>1.2</weight>"
        f"<referencenumber>{reference}</referencenumber><reference2>P1</reference2>"
        f"<labelType><type>{kind}</type></labelType>"
    )


def texts(element: etree._Element, name: str) -> list[str]:
    return [e.text or "" for e in element.iter(f"{{{NAMESPACE}}}{name}")]


def test_whole_life_of_a_parcel_follows_the_wsdl(
    call: Call, sandbox: Sandbox, clean: None
) -> None:
    made = call("CreateShipmentWithLabelsBc", shipment())
    (number,) = texts(made, "BarcodeId")
    label = next(e for e in made.iter(f"{{{NAMESPACE}}}label") if e.text and not len(e))
    assert base64.b64decode(label.text or "").startswith(b"%PDF-")
    listed = call("GetShipping", f"<date>23/11/2026</date>{CUSTOMER}")
    assert texts(listed, "reference") == ["R1"]
    key = f"{CUSTOMER}<BarcodeSource>902</BarcodeSource><BarcodeId>{number}</BarcodeId>"
    details = call("GetShipmentBc", f"{key}<GetServices>false</GetServices>")
    assert texts(details, "reference2") == ["P1"]
    zpl = (
        "<labelType><type>ZPL</type></labelType>"
        f"<shipmentNumber>{number}</shipmentNumber>{CUSTOMER}"
    )
    call("GetLabelBc", zpl)
    call("TerminateShipment", f"{key}<Reason>test</Reason>")
    assert sandbox.carrier_books("dpd_fr")["dpd_fr"]["voided"] == [number]
    assert (
        texts(call("GetShipping", f"<date>23/11/2026</date>{CUSTOMER}"), "weight") == []
    )


@pytest.mark.parametrize(
    ("request_xml", "password", "text"),
    [
        (shipment(city="Nowhere"), "", "not delivered"),
        (shipment(), "wrong", "Authentication failed"),
        (shipment(kind="EPL"), "", "not played"),
    ],
)
def test_call_that_cannot_be_done_is_a_fault(
    call: Call, request_xml: str, password: str, text: str, clean: None
) -> None:
    found = call("CreateShipmentWithLabelsBc", request_xml, password, status=500)
    assert text in (found.findtext("faultstring") or "")


@pytest.mark.parametrize(
    "request_xml",
    [
        shipment().replace("<weight>", "<colour>red</colour><weight>"),
        shipment(kind="DOCX"),
        shipment().replace(NUMBERS, ""),
    ],
)
def test_breach_of_the_wsdl_is_noted_and_refused(
    call: Call, sandbox: Sandbox, request_xml: str
) -> None:
    call("CreateShipmentWithLabelsBc", request_xml, status=500)
    assert sandbox.violations()["count"]
    assert not sandbox.carrier_books("dpd_fr")["dpd_fr"]["live_labels"]


def test_call_without_credentials_is_a_breach(
    sandbox: Sandbox, document: wsdl.Wsdl
) -> None:
    body = (
        f'<s:Envelope xmlns:s="{wsdl.ENVELOPE}" xmlns="{NAMESPACE}"><s:Body>'
        "<IsCustomerBlocked/></s:Body></s:Envelope>"
    )
    headers = {"SOAPAction": f"{NAMESPACE}/IsCustomerBlocked"}
    url = sandbox.dialect_url("dpd_fr")
    assert requests.post(url, body, headers=headers, timeout=30).status_code == 500
    assert sandbox.violations()["count"] == 1
