"""DPD France on the wire: access, credentials, faults."""

import re

from zeep.helpers import serialize_object

from odoo import models

from odoo.addons.logistics_core.errors import AuthenticationFailed, InvalidMessage

from .. import const
from ..tools.keys import Account

# The WSDL defines no fault codes; these words are about who asks.
ABOUT_ACCESS = re.compile(
    r"authenti|credential|password|permission|not allowed|access denied", re.IGNORECASE
)


class LogisticsConnectorDpdFr(models.AbstractModel):
    """Operations are named as in the WSDL, those that know barcodes (`Bc`)."""

    _name = "logistics.connector.dpd_fr"
    _inherit = "logistics.connector"
    _description = "Connector: DPD France"

    _senders = {
        "transport_instruction": "_send_shipment",
        "transport_void": "_send_void",
        "transport_pickup": "_send_pickup",
    }
    # A pick-up cannot be asked for: the engine leaves that to a person.
    _lookups = {
        "transport_instruction": "_lookup_shipment",
        "transport_void": "_lookup_void",
    }
    # The WSDL does not say how soon a shipment is listed, nor that it was ended.
    _uncertain_lookups = frozenset(_lookups)
    _capabilities = frozenset({*_senders, "return_label", "multi_parcel", "insurance"})
    _label_formats = ("PDF", "ZPL")

    def _get_base_url(self, backend):
        if not backend.base_url and backend.environment == "sandbox":
            return const.SANDBOX_URL
        return super()._get_base_url(backend)

    def _get_auth(self, backend):
        return None

    def _get_account(self, backend):
        numbers = (
            backend.dpd_fr_country,
            backend.dpd_fr_center,
            backend.dpd_fr_customer,
        )
        if not all(numbers):
            raise InvalidMessage(
                self.env._("The customer's numbers are missing on “%s”.", backend.name),
                remedy=self.env._(
                    "Enter country, center and customer number as DPD gave them."
                ),
            )
        return Account(*numbers)

    def _call(self, backend, operation, request=None, **arguments):
        """Call an operation with our credentials; return its answer as plain data."""
        password = backend._get_secret("dpd_fr_password")
        if not backend.dpd_fr_user or not password:
            raise AuthenticationFailed(
                self.env._("User or password is missing on “%s”.", backend.name)
            )
        address = self._get_base_url(backend)
        client = self._get_soap_client(backend, f"{address}?wsdl")
        service = client.create_service(const.BINDING, address)
        credentials = client.get_element(f"{{{const.NAMESPACE}}}UserCredentials")
        answer = self._call_soap(
            service[operation],
            **({"request": request} if request else arguments),
            _soapheaders=[credentials(userid=backend.dpd_fr_user, password=password)],
        )
        return serialize_object(answer, dict)

    def _get_fault_error(self, fault):
        error = super()._get_fault_error(fault)
        if ABOUT_ACCESS.search(str(error)):
            return AuthenticationFailed(str(error), code=error.code)
        return error

    def _test_connection(self, backend):
        account = self._get_account(backend)
        customer = account.to_customer()
        if self._call(backend, "IsCustomerBlocked", customer=customer):
            raise AuthenticationFailed(
                self.env._("DPD France has blocked customer %s.", account.number)
            )
        return self.env._("Connected to DPD France, customer %s.", account.number)

    def _get_services(self, backend):
        return dict(const.SERVICES)

    def _get_tracking_url(self, backend, tracking_number):
        return const.TRACKING_URL % tracking_number
