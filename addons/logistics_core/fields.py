"""A field for secrets: written by a person, never read back."""

from odoo import fields


class Secret(fields.Char):
    """A credential of a backend.

    It is stored encrypted in `logistics.secret` and reads as a mask, so it
    never reaches a browser, an export or a log. Code that needs the value
    calls `record._get_secret(field_name)`. Only administrators see the field.
    """

    def __init__(self, *args, **kwargs):
        kwargs.setdefault("groups", "logistics_core.group_administrator")
        super().__init__(
            *args,
            **kwargs,
            compute="_compute_secrets",
            inverse="_inverse_secrets",
            store=False,
            copy=False,
        )
