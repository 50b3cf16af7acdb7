"""SOAP through zeep, on the same exchange as REST."""

import threading
from pathlib import Path

import requests
import zeep
from requests_toolbelt.multipart.decoder import MultipartDecoder
from zeep.wsdl import Document

from odoo import models

from ..errors import InvalidMessage, LogisticsError, OutcomeUnknown, Rejected
from ..texts import _lt
from ..tools import bounded
from ..tools.storable import storable

# Document types, entities and external references are refused.
SETTINGS = {
    "strict": False,
    "xml_huge_tree": False,
    "forbid_dtd": True,
    "forbid_entities": True,
    "forbid_external": True,
}
# SOAP 1.1 answers a fault with 500, SOAP 1.2 with 400 or 500.
FAULTS = (400, 500)
# Of an answer with attachments.
MOST_PARTS = 100
_documents = {}
_lock = threading.Lock()


class LogisticsConnector(models.AbstractModel):
    _inherit = "logistics.connector"

    def _get_soap_client(self, backend, wsdl):
        """Return a zeep client whose calls go through the connector's exchange.

        Calls go to the backend's host only. Where the WSDL names another address,
        use `client.create_service(binding, address)`.

        :param wsdl: path of a file of the addon, or URL on the backend's host
        :raises InvalidMessage: the WSDL cannot be read
        """
        document = self._get_wsdl_document(backend, wsdl)
        return zeep.Client(
            document,
            settings=zeep.Settings(**SETTINGS),
            transport=SoapTransport(self, backend),
        )

    def _get_wsdl_document(self, backend, wsdl):
        """Return the parsed WSDL; it takes seconds, so each is read once."""
        key = (self.env.cr.dbname, backend.id, wsdl)
        with _lock:
            document = _documents.get(key)
        if document:
            return document
        transport = SoapTransport(self, backend, wsdl)
        try:
            document = Document(wsdl, transport, settings=zeep.Settings(**SETTINGS))
        except zeep.exceptions.Error as error:
            raise InvalidMessage(
                _lt("The WSDL cannot be read: %s", storable(_describe(error), 300))
            ) from error
        finally:
            transport.forget()
        with _lock:
            _documents[key] = document
        return document

    def _call_soap(self, operation, *args, **kwargs):
        """Call a zeep operation; map its errors to the ladder."""
        try:
            return operation(*args, **kwargs)
        except zeep.exceptions.Fault as error:
            raise self._get_fault_error(error) from error
        except zeep.exceptions.ValidationError as error:
            raise InvalidMessage(
                _lt("The request does not fit the WSDL: %s", _describe(error))
            ) from error
        except zeep.exceptions.Error as error:
            raise OutcomeUnknown(
                _lt("The answer is not readable: %s", _describe(error))
            ) from error
        except LogisticsError:
            raise
        except Exception as error:
            # zeep lets through what an odd answer makes its parts raise.
            if not _was_answered(operation):
                raise
            raise OutcomeUnknown(
                _lt("The answer is not readable: %s", type(error).__name__)
            ) from error

    def _get_fault_error(self, fault):
        """Map a SOAP fault to the error ladder; a vendor knows its own codes."""
        code = storable(fault.code, 100) if fault.code else None
        return Rejected(storable(fault.message or fault, 500), code=code)


class SoapTransport(zeep.Transport):
    """zeep's transport: the connector's own exchange, nothing else.

    :param wsdl: where reading begins; local files beside it may be read too
    """

    def __init__(self, connector, backend, wsdl=None):
        # zeep's own constructor would teach the shared session to read files.
        self.cache = None
        self.is_answered = False
        self.connector = connector
        self.backend = backend
        self.folder = None
        if wsdl and "://" not in wsdl:
            self.folder = Path(wsdl).resolve().parent

    def __del__(self):
        """The session is not zeep's to close."""

    def forget(self):
        """Let go of the environment; a parsed WSDL outlives it."""
        self.connector = self.backend = None

    def load(self, url):
        """Return a document: of the backend's host, or beside the local WSDL."""
        url = str(url)
        if url.startswith(("http://", "https://")):
            return self._call("GET", url).content
        path = Path(url.removeprefix("file://")).resolve()
        if not self.folder or not path.is_relative_to(self.folder):
            raise InvalidMessage(
                _lt("The WSDL points to a file: %(url)s", url=storable(url, 200))
            )
        return path.read_bytes()

    def get(self, address, params, headers):
        """Send a request of an HTTP GET binding."""
        return self._call("GET", address, params=params, headers=headers)

    def post(self, address, message, headers):
        """Send an envelope; return the answer, which may be a fault."""
        self.is_answered = False
        response = self._call("POST", address, data=message, headers=headers)
        self.is_answered = True
        return response

    def _call(self, method, address, **kw):
        connector, backend = self.connector, self.backend
        connector._check_settings(backend)
        own = connector._prepare_headers(backend)
        headers = {
            "User-Agent": own.get("User-Agent"),
            **(kw.pop("headers", None) or {}),
        }
        request = requests.Request(
            method,
            connector._get_url(backend, address),
            headers=headers,
            auth=connector._get_auth(backend),
            **kw,
        )
        response = connector._exchange(
            backend, request, connector._get_timeout(backend)
        )
        is_xml = "xml" in response.headers.get("Content-Type", "").lower()
        may_be_fault = method == "POST" and is_xml and response.status_code in FAULTS
        if not 200 <= response.status_code < 300 and not may_be_fault:
            raise connector._get_error(backend, response)
        _check_well_formed(response, method)
        # zeep takes the parts of a multipart answer in what the partner names here.
        response.encoding = "utf-8"
        return response


def _check_well_formed(response, method):
    """Raise on XML that is broken: zeep's lenient parser would repair half of it."""
    empty_receipt = response.status_code in (201, 202) and not response.content
    if empty_receipt:
        return
    try:
        bounded.parse_xml(_get_root(response))
    except InvalidMessage as error:
        text = _lt("The partner's answer cannot be read: %(cause)s", cause=error.text)
        broken = InvalidMessage if method == "GET" else OutcomeUnknown
        raise broken(text) from error


def _get_root(response):
    """Return the XML of an answer: of one in parts the first."""
    content, kind = response.content, response.headers.get("Content-Type", "")
    if not kind.lower().startswith("multipart/"):
        return content
    if content.count(b"\r\n--") > MOST_PARTS:
        raise InvalidMessage(_lt("It has more than %s parts.", MOST_PARTS))
    try:
        return MultipartDecoder(content, kind, "utf-8").parts[0].content
    except Exception as error:  # it raises whatever an odd answer makes it raise
        raise InvalidMessage(_lt("Its parts cannot be read.")) from error


def _was_answered(operation):
    """Return whether the transport of a zeep operation brought an answer."""
    proxy = getattr(operation, "_proxy", None)
    client = getattr(proxy, "_client", None)
    return getattr(getattr(client, "transport", None), "is_answered", False)


def _describe(error):
    """Return what is wrong; some of zeep's errors hold the whole answer."""
    text = str(getattr(error, "message", "") or error)
    return storable(text.partition("\nContent:")[0] or type(error).__name__, 300)
