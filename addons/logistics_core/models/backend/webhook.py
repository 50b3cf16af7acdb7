"""The receiving side of a backend: address, signature scheme, source."""

import ipaddress
import secrets
from dataclasses import replace

from odoo import api, fields, models, tools
from odoo.exceptions import UserError, ValidationError

from ...errors import AuthenticationFailed, LogisticsError
from ...fields import Secret
from ...guard import MANAGER, button
from ...tools import signatures
from ...translation import translated

WEBHOOK_SECRETS = ("webhook_secret", "webhook_secret_previous")


class LogisticsBackend(models.Model):
    _inherit = "logistics.backend"

    webhook_token = fields.Char(
        copy=False,
        readonly=True,
        default=lambda self: secrets.token_urlsafe(24),
        groups="logistics_core.group_integration_manager",
    )
    webhook_url = fields.Char(
        string="Webhook URL",
        compute="_compute_webhook_url",
        groups="logistics_core.group_integration_manager",
        help="Give this address to the partner.",
    )
    webhook_scheme = fields.Selection(
        string="Scheme",
        selection=[("standard", "Standard Webhooks"), ("hmac", "HMAC in a header")],
        required=True,
        default="standard",
    )
    webhook_secret = Secret(string="Webhook secret")
    webhook_secret_previous = Secret(
        string="Previous secret",
        help="Still accepted while the partner changes over to the new secret.",
    )
    webhook_tolerance = fields.Integer(
        string="Tolerance (s)",
        default=300,
        help="Accepted age and clock difference of a webhook, in seconds.",
    )
    webhook_signature_header = fields.Char(
        string="Signature header", default="X-Signature"
    )
    webhook_timestamp_header = fields.Char(string="Timestamp header")
    webhook_id_header = fields.Char(
        string="Event id header",
        help="Header with the partner's identifier of the event, when it is part of"
        " the signed content. Without one, the content itself is the identifier.",
    )
    webhook_digest = fields.Selection(
        string="Digest",
        selection=[("sha1", "SHA-1"), ("sha256", "SHA-256"), ("sha512", "SHA-512")],
        default="sha256",
        required=True,
    )
    webhook_encoding = fields.Selection(
        string="Encoding",
        selection=[("hex", "Hexadecimal"), ("base64", "Base64")],
        default="hex",
        required=True,
    )
    webhook_prefix = fields.Char(
        string="Prefix", help="Text before the signature, such as sha256="
    )
    webhook_template = fields.Char(
        string="Signed content",
        default="{body}",
        help="What is signed, of {id}, {timestamp} and {body}.",
    )
    webhook_networks = fields.Char(
        string="Accepted sources",
        help="Networks the partner sends from, such as 192.0.2.0/24, with commas"
        " between. Empty: any.",
    )
    webhook_subscription = fields.Char(
        copy=False,
        readonly=True,
        help="The partner's identifiers of our subscriptions.",
    )

    _unique_webhook_token = models.UniqueIndex("(webhook_token)")
    _bounded_tolerance = models.Constraint(
        "CHECK(webhook_tolerance > 0 AND webhook_tolerance <= 3600)",
        "The tolerance of webhooks must be between a second and an hour.",
    )

    @api.depends("webhook_token")
    def _compute_webhook_url(self):
        base = self.env["ir.config_parameter"].sudo().get_param("web.base.url", "")
        for backend in self:
            backend.webhook_url = f"{base}/logistics/webhook/{backend.webhook_token}"

    @api.constrains("webhook_template")
    def _check_webhook_template(self):
        for backend in self:
            template = backend.webhook_template or ""
            rest = template
            for part in ("{body}", "{id}", "{timestamp}"):
                rest = rest.replace(part, "", 1)
            if "{body}" not in template or "{" in rest or "}" in rest:
                raise ValidationError(
                    self.env._(
                        "The signed content must name {body} once, and may name"
                        " {id} and {timestamp}."
                    )
                )
            if "{id}{" in template or "}{id}" in template:
                # Or the end of one could be passed off as the beginning of the other.
                raise ValidationError(
                    self.env._(
                        "Put a character, such as a dot, between {id} and what is"
                        " beside it in the signed content."
                    )
                )

    @api.constrains(
        "webhook_timestamp_header",
        "webhook_id_header",
        "webhook_template",
        "webhook_scheme",
    )
    def _check_webhook_signed(self):
        """What is not signed says nothing: whoever repeats a request changes it."""
        for backend in self.filtered(lambda b: b.webhook_scheme == "hmac"):
            signed = backend.webhook_template or ""
            if bool(backend.webhook_timestamp_header) != ("{timestamp}" in signed):
                raise ValidationError(
                    self.env._(
                        "A timestamp protects only when it is signed: name its header"
                        " and put {timestamp} into the signed content, or neither."
                    )
                )
            if bool(backend.webhook_id_header) != ("{id}" in signed):
                raise ValidationError(
                    self.env._(
                        "An event id counts only when it is signed: name its header"
                        " and put {id} into the signed content, or neither. Without"
                        " one, the content itself identifies the event."
                    )
                )

    def _clean_secret(self, name, value):
        text = super()._clean_secret(name, value)
        if text and name in WEBHOOK_SECRETS:
            self._check_webhook_secret(name, text)
        return text

    @api.constrains("webhook_scheme", "connector")
    def _check_webhook_secrets(self):
        for backend in self:
            texts = backend._get_secrets(*WEBHOOK_SECRETS)
            for name, text in zip(WEBHOOK_SECRETS, texts, strict=True):
                if text:
                    backend._check_webhook_secret(name, text)

    def _check_webhook_secret(self, name, text):
        """Raise ValidationError for a secret that no signature can come from."""
        if self.webhook_scheme != "standard" or self._get_connector()._webhook_key:
            return
        try:
            signatures.decode_secret(text)
        except AuthenticationFailed as error:
            raise ValidationError(
                self.env._(
                    "%(field)s: this is not a secret of Standard Webhooks (whsec_ and"
                    " base64). Copy it again from the partner, or choose the scheme"
                    " “HMAC in a header” first.",
                    field=self._get_secret_label(name),
                )
            ) from error

    @api.constrains("webhook_networks")
    def _check_webhook_networks(self):
        for backend in self:
            try:
                backend._get_webhook_networks()
            except ValueError as error:
                raise ValidationError(
                    self.env._("Accepted sources: %s", error)
                ) from error

    @api.model
    def _find_by_token(self, token):
        """Return the backend whose webhook address has this token.

        What a webhook needs of it is remembered by each process, until it changes.
        """
        backend_id, values = self._get_doors().get(token, (None, ()))
        backend = self.browse(backend_id)
        for name, value in values:
            self._fields[name]._insert_cache(backend, [value])
        return backend

    @api.model
    @tools.ormcache()
    def _get_doors(self):
        """Return {token: (id, ((field, value), ...))} of all backends, in one read.

        A token that is tried and is none of them costs no statement.
        """
        names = self._get_door_fields()
        domain = [("webhook_token", "!=", False), ("state", "!=", "draft")]
        backends = self.search_fetch(domain, names)
        caches = {name: self._fields[name]._get_cache(self.env) for name in names}
        return {
            backend.webhook_token: (
                backend.id,
                tuple((name, caches[name][backend.id]) for name in names),
            )
            for backend in backends
        }

    def _get_door_fields(self):
        return [
            "active",
            "state",
            "connector",
            "company_id",
            *(
                name
                for name, field in self._fields.items()
                if name.startswith("webhook_") and field.store
            ),
        ]

    def _get_webhook_networks(self):
        return [
            ipaddress.ip_network(part.strip())
            for part in (self.webhook_networks or "").split(",")
            if part.strip()
        ]

    def _get_signature_scheme(self):
        """Return how the partner signs."""
        if self.webhook_scheme == "standard":
            return replace(
                signatures.STANDARD_WEBHOOKS, tolerance=self.webhook_tolerance
            )
        return signatures.HmacScheme(
            signature_header=self.webhook_signature_header or "X-Signature",
            digest=self.webhook_digest,
            encoding=self.webhook_encoding,
            prefix=self.webhook_prefix or "",
            template=self.webhook_template or "{body}",
            timestamp_header=self.webhook_timestamp_header or None,
            id_header=self.webhook_id_header or None,
            tolerance=self.webhook_tolerance,
        )

    def _get_signature_keys(self):
        """Return the keys with which the partner signs."""
        texts = self._get_secrets(*WEBHOOK_SECRETS)
        texts = [text for text in texts if text]
        if self.webhook_scheme == "standard":
            return _decode(texts)
        return [text.encode() for text in texts]

    @button("write", MANAGER)
    def action_subscribe_webhooks(self):
        """Ask the partner to send its events to this backend."""
        self._ask_partner(self._get_connector()._subscribe)

    @button("write", MANAGER)
    def action_unsubscribe_webhooks(self):
        """Ask the partner to stop sending its events."""
        self._ask_partner(self._get_connector()._unsubscribe)

    def _ask_partner(self, ask):
        """Call a verb of the connector for a person, and show what is wrong."""
        self.ensure_one()
        self._check_manager()
        try:
            # What the partner gives us is recorded by the connector, not by people.
            ask(self.sudo())
        except LogisticsError as error:
            raise UserError(translated(self.env, error.advice)) from error

    @button("write", MANAGER)
    def action_rotate_webhook_token(self):
        """Make a new address; the old one stops working at once."""
        self._check_manager()
        for backend in self.sudo():
            backend.webhook_token = secrets.token_urlsafe(24)


def _decode(texts):
    """Return the keys; a wrong former secret does not disable the present one."""
    keys, error = [], None
    for text in texts:
        try:
            keys.append(signatures.decode_secret(text))
        except AuthenticationFailed as e:
            error = e
    if error and not keys:
        raise error
    return keys
