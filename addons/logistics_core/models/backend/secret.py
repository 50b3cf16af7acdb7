"""Secrets at rest: encrypted with a key that is not in the database."""

import logging
import os
import string
import unicodedata
from functools import lru_cache

from cryptography.fernet import Fernet, InvalidToken, MultiFernet

from odoo import api, fields, models, tools
from odoo.exceptions import UserError, ValidationError
from odoo.tools import config

from ...fields import Secret
from ...tools.masking import MASK
from ...transactions import clear_now_and_after_commit

_logger = logging.getLogger(__name__)
KEY_OPTION = "logistics_secret_key"
KEY_VARIABLE = "LOGISTICS_SECRET_KEY"
# What is pasted beside a credential: blanks, line breaks, marks without width.
BLANKS = string.whitespace + "\u00a0\u200b\u200c\u200d\u2060\ufeff"
# Unicode's categories of control and format characters and of separators of lines.
INVISIBLE = {"Cc", "Cf", "Zl", "Zp"}
# What was read in a transaction; cleared with it.
CACHE = "logistics.secret"


def get_keys():
    """Return the configured keys, with commas between."""
    return os.environ.get(KEY_VARIABLE) or config.get(KEY_OPTION) or ""


@lru_cache(maxsize=4)
def _make_cipher(keys):
    return MultiFernet([Fernet(k.strip()) for k in keys.split(",") if k.strip()])


@lru_cache(maxsize=256)
def _open(keys, ciphertext):
    """Return the plain text, in memory beside the keys: each webhook asks for one."""
    return _make_cipher(keys).decrypt(ciphertext.encode()).decode()


class LogisticsSecret(models.Model):
    """One row is one encrypted credential of one record.

    The key comes from `logistics_secret_key` in odoo.conf or from the
    environment variable LOGISTICS_SECRET_KEY: one Fernet key, or several with
    commas between; the first encrypts, all decrypt (rotation).
    """

    _name = "logistics.secret"
    _description = "Encrypted Credential"
    # Secrets are entered on their own record, and kept by it.
    _logistics_engine_fields = frozenset({"name", "res_model", "res_id", "ciphertext"})

    res_model = fields.Char(required=True)
    res_id = fields.Many2oneReference(model_field="res_model", required=True)
    name = fields.Char(required=True)
    ciphertext = fields.Char(required=True)

    _unique_secret = models.Constraint(
        "UNIQUE(res_model, res_id, name)", "A secret of this name exists already."
    )

    def _register_hook(self):
        """Say at the start of the server what would else fail at the first use."""
        super()._register_hook()
        try:
            self._get_cipher()
        except UserError as error:
            _logger.warning("%s", error)

    @api.model
    def _get_cipher(self):
        """Return the cipher; raise UserError when no key is configured."""
        try:
            return _make_cipher(get_keys())
        except ValueError as error:
            raise UserError(
                self.env._(
                    "No valid key for secrets is configured. Ask the server's"
                    " administrator to set %(option)s in odoo.conf (see"
                    " odoo.conf.example).",
                    option=KEY_OPTION,
                )
            ) from error

    @api.model
    def _reencrypt(self):
        """Encrypt every secret with the first key, so that the others can go.

        To be run from a shell after a new key was put before the old one; see
        docs/production.md.

        :return: number of secrets
        :raises UserError: none of the keys reads one of them; nothing is changed
        """
        cipher = self._get_cipher()
        rows = self.sudo().search([("ciphertext", "!=", False)])
        for row in rows:
            try:
                row.ciphertext = cipher.rotate(row.ciphertext.encode()).decode()
            except InvalidToken as error:
                raise UserError(
                    self.env._(
                        "No key reads the secret “%(name)s” of %(model)s %(id)s.",
                        name=row.name,
                        model=row.res_model,
                        id=row.res_id,
                    )
                ) from error
        return len(rows)

    @api.model
    def _read_value(self, record, name):
        """Return the plain secret, or None when it is not set."""
        texts = self._read_values(record)
        return texts.get(name)

    @api.model
    def _read_values(self, record):
        """Return {name: plain secret} of a record, read once in a transaction."""
        known = self.env.cr.cache.setdefault(CACHE, {})
        key = (record._name, record.id, get_keys())
        if key not in known:
            rows = self._get_ciphertexts(record._name, record.id)
            known[key] = {name: self._decrypt(record, name, c) for name, c in rows}
        return known[key]

    @api.model
    @tools.ormcache("res_model", "res_id")
    def _get_ciphertexts(self, res_model, res_id):
        """Return ((name, ciphertext), ...); each process remembers them."""
        rows = self.sudo().search_fetch(
            [("res_model", "=", res_model), ("res_id", "=", res_id)],
            ["name", "ciphertext"],
        )
        return tuple((row.name, row.ciphertext) for row in rows)

    @api.model_create_multi
    def create(self, vals_list):
        clear_now_and_after_commit(self.env)
        return super().create(vals_list)

    def write(self, vals):
        clear_now_and_after_commit(self.env)
        return super().write(vals)

    def unlink(self):
        clear_now_and_after_commit(self.env)
        return super().unlink()

    def _decrypt(self, record, name, ciphertext):
        try:
            self._get_cipher()
            return _open(get_keys(), ciphertext)
        except InvalidToken as error:
            raise UserError(
                self.env._(
                    "The secret “%(name)s” of %(record)s was encrypted with another"
                    " key. Enter it again.",
                    name=name,
                    record=record.display_name,
                )
            ) from error

    @api.model
    def _write_value(self, record, name, value):
        """Store a secret; an empty value removes it."""
        secrets = self.sudo()
        self.env.cr.cache.pop(CACHE, None)
        row = secrets._find(record, name)
        if not value:
            row.unlink()
            return
        ciphertext = self._get_cipher().encrypt(value.encode()).decode()
        if row:
            row.ciphertext = ciphertext
        else:
            secrets.create(
                {
                    "res_model": record._name,
                    "res_id": record.id,
                    "name": name,
                    "ciphertext": ciphertext,
                }
            )

    def _find(self, record, name):
        return self.search(
            [
                ("res_model", "=", record._name),
                ("res_id", "=", record.id),
                ("name", "=", name),
            ]
        )


class LogisticsSecretMixin(models.AbstractModel):
    """Gives a model `Secret` fields."""

    _name = "logistics.secret.mixin"
    _description = "Holder of Secrets"

    def _get_secret_names(self):
        return [n for n, field in self._fields.items() if isinstance(field, Secret)]

    def _compute_secrets(self):
        rows = (
            self.env["logistics.secret"]
            .sudo()
            .search_fetch(
                [("res_model", "=", self._name), ("res_id", "in", self._origin.ids)],
                ["res_id", "name"],
            )
        )
        known = {(row.res_id, row.name) for row in rows}
        for record in self:
            for name in self._get_secret_names():
                record[name] = MASK if (record._origin.id, name) in known else False

    def _inverse_secrets(self):
        for record in self:
            # Only what was written is in the cache. Reading another secret
            # would compute all of them and overwrite what was just entered.
            entered = {
                name: record[name]
                for name in self._get_secret_names()
                if name in record._cache
            }
            changed = {
                name: record._clean_secret(name, value)
                for name, value in entered.items()
                if value != MASK
            }
            for name, value in changed.items():
                self.env["logistics.secret"]._write_value(record, name, value)
            record._note_secrets(changed)
        self.invalidate_recordset(self._get_secret_names())

    def _clean_secret(self, name, value):
        """Return a credential without what was pasted around it.

        :raises ValidationError: it cannot be one; said at once, not at its first use
        """
        text = (value or "").strip(BLANKS)
        if any(unicodedata.category(c) in INVISIBLE for c in text):
            raise ValidationError(
                self.env._(
                    "%(field)s: a line break or another invisible character is in the"
                    " middle. Copy it again, in one piece.",
                    field=self._get_secret_label(name),
                )
            )
        return text

    def _get_secret_label(self, name):
        return self._fields[name].get_description(self.env)["string"]

    def _note_secrets(self, names):
        """Say in the chatter who changed which credential, not to what."""
        labels = [self._get_secret_label(name) for name in names]
        if labels and hasattr(self, "message_post"):
            self.message_post(
                body=self.env._("Credentials changed: %s", ", ".join(sorted(labels)))
            )

    def _has_secrets(self):
        """Return whether any of these records holds a credential."""
        domain = [("res_model", "=", self._name), ("res_id", "in", self.ids)]
        return bool(self.env["logistics.secret"].sudo().search_count(domain, limit=1))

    def _get_secrets(self, *names):
        """Return the plain secrets of these names; None: not set."""
        self.ensure_one()
        texts = self.env["logistics.secret"]._read_values(self)
        return [texts.get(name) for name in names]

    def _get_secret(self, name):
        """Return the plain secret for an outgoing call, or None."""
        self.ensure_one()
        return self.env["logistics.secret"]._read_value(self, name)

    def unlink(self):
        self.env["logistics.secret"].sudo().search(
            [("res_model", "=", self._name), ("res_id", "in", self.ids)]
        ).unlink()
        return super().unlink()
