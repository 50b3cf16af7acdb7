"""SOAP through zeep, on the same sessions as REST."""

import time

import requests
import zeep
from lxml import etree

from odoo import models

from ..errors import OutcomeUnknown, Rejected
from ..tools import exchanges, throttle
from ..tools.masking import mask_body, mask_url
from .logistics_connector_http import _get_transport_error


class MaskedHistory(zeep.Plugin):
    """Records each call for the attempt log, with secrets hidden."""

    def __init__(self, secrets):
        self.secrets = secrets
        self.exchange = None

    def egress(self, envelope, http_headers, operation, binding_options):
        """Note the request; called before it goes out."""
        recording = exchanges.current()
        if recording:
            recording.before_request()
        throttle.wait()
        self.exchange = exchanges.Exchange(
            method="POST",
            url=mask_url(binding_options["address"]),
            request=mask_body(_as_text(envelope), self.secrets),
            started_at=time.time(),
        )
        if recording:
            recording.exchanges.append(self.exchange)
        return envelope, http_headers

    def ingress(self, envelope, http_headers, operation):
        """Note the answer."""
        if self.exchange:
            self.exchange.response = mask_body(_as_text(envelope), self.secrets)
            elapsed = time.time() - self.exchange.started_at
            self.exchange.duration_ms = int(elapsed * 1000)
        return envelope, http_headers


class LogisticsConnector(models.AbstractModel):
    _inherit = "logistics.connector"

    def _get_soap_client(self, backend, wsdl):
        """Return a zeep client on the backend's session.

        Document types, entities and external references are refused.

        :param wsdl: path or URL of the WSDL
        """
        settings = zeep.Settings(
            strict=False,
            xml_huge_tree=False,
            forbid_dtd=True,
            forbid_entities=True,
            forbid_external=True,
        )
        transport = zeep.Transport(
            session=self._get_session(backend),
            timeout=backend.timeout,
            operation_timeout=backend.timeout,
        )
        return zeep.Client(
            wsdl,
            settings=settings,
            transport=transport,
            plugins=[MaskedHistory(self._get_known_secrets(backend))],
        )

    def _call_soap(self, operation, *args, **kwargs):
        """Call a zeep operation; map its errors to the ladder."""
        try:
            return operation(*args, **kwargs)
        except zeep.exceptions.Fault as error:
            raise Rejected(error.message or str(error), code=error.code) from error
        except zeep.exceptions.TransportError as error:
            raise OutcomeUnknown(
                f"The SOAP service answered {error.status_code}.",
                http_status=error.status_code,
            ) from error
        except requests.RequestException as error:
            raise _get_transport_error(error, "POST") from error


def _as_text(envelope):
    return etree.tostring(envelope, encoding="unicode", pretty_print=True)
