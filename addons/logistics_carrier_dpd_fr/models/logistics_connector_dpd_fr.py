"""DPD France on the wire: settings, access, credentials, faults."""

import re

from zeep.helpers import serialize_object

from odoo import fields, models

from odoo.addons.logistics_carrier.tools.verbs import lookups, senders
from odoo.addons.logistics_core.errors import AuthenticationFailed
from odoo.addons.logistics_core.fields import Secret
from odoo.addons.logistics_core.texts import _lt
from odoo.addons.logistics_core.tools import json_paths

from .. import const
from ..tools.keys import Account

# The WSDL defines no fault codes; these words are about who asks.
ABOUT_ACCESS = re.compile(
    r"authenti|credential|password|permission|not allowed|access denied", re.IGNORECASE
)


class LogisticsBackend(models.Model):
    _inherit = "logistics.backend"

    connector = fields.Selection(
        selection_add=[("dpd_fr", "DPD France")],
        ondelete={"dpd_fr": "set disconnected"},
    )
    dpd_fr_user = fields.Char(string="DPD user")
    dpd_fr_password = Secret(string="DPD password")
    dpd_fr_country = fields.Integer(
        string="DPD country number",
        default=const.FRANCE,
        help="DPD's number of the customer's country; 250 is France.",
    )
    dpd_fr_center = fields.Integer(
        string="DPD center number", help="The depot's number."
    )
    dpd_fr_customer = fields.Integer(string="DPD customer number")


class LogisticsConnectorDpdFr(models.AbstractModel):
    """Operations are named as in the WSDL, those that know barcodes (`Bc`)."""

    _name = "logistics.connector.dpd_fr"
    _inherit = "logistics.connector"
    _description = "Connector: DPD France"

    # DPD gives the address of its production system with the credentials.
    _base_urls = {"sandbox": const.SANDBOX_URL}
    _required_settings = (
        "dpd_fr_user",
        "dpd_fr_password",
        "dpd_fr_country",
        "dpd_fr_center",
        "dpd_fr_customer",
    )
    _services = const.SERVICES
    _tracking_url = "https://trace.dpd.fr/fr/trace/{}"
    _senders = senders("shipment", "void", "pickup")
    # A pick-up cannot be asked for: the engine leaves that to a person.
    _lookups = lookups("shipment", "void")
    # The WSDL does not say how soon a shipment is listed, nor that it was ended.
    _uncertain_lookups = frozenset(_lookups)
    _capabilities = frozenset({*_senders, *const.OPTIONS})
    _pickup_actions = frozenset({"book"})
    _label_formats = ("PDF", "ZPL")

    def _get_auth(self, backend):
        return None

    def _get_account(self, backend):
        names = ("dpd_fr_country", "dpd_fr_center", "dpd_fr_customer")
        return Account(*(self._get_setting(backend, name) for name in names))

    def _call(self, backend, operation, request=None, **arguments):
        """Call an operation with our credentials; return its answer as plain data."""
        password = self._get_setting(backend, "dpd_fr_password")
        address = self._get_base_url(backend)
        client = self._get_soap_client(backend, f"{address}?wsdl")
        service = client.create_service(const.BINDING, address)
        credentials = client.get_element(f"{{{const.NAMESPACE}}}UserCredentials")
        answer = self._call_soap(
            service[operation],
            **({"request": request} if request else arguments),
            _soapheaders=[credentials(userid=backend.dpd_fr_user, password=password)],
        )
        return json_paths.stripped(serialize_object(answer, dict))

    def _get_fault_error(self, fault):
        error = super()._get_fault_error(fault)
        if ABOUT_ACCESS.search(str(error)):
            return AuthenticationFailed(error.text, code=error.code)
        return error

    def _test_connection(self, backend):
        account = self._get_account(backend)
        customer = account.to_customer()
        if self._call(backend, "IsCustomerBlocked", customer=customer):
            raise AuthenticationFailed(
                _lt("DPD France has blocked customer %s.", account.number)
            )
        return self.env._("Connected to DPD France, customer %s.", account.number)
