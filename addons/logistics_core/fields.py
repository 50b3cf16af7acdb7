"""Fields of the hub: secrets, and links that cost nothing to write."""

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


class UncheckedMany2one(fields.Many2one):
    """A link without a foreign key in the database.

    For tables into which thousands of rows go in a second: PostgreSQL looks each
    foreign key up for each row, which took half the time of an insert. The target
    must be one that is not deleted while it is linked to: its model sees to that.
    """

    def update_db_foreign_key(self, model, column):
        """Create none."""


def get_field_defaults(model, names):
    """Return {name: value} that new rows of a model have from their fields.

    For rows that are written without the ORM. The person's own defaults and what a
    caller put into the context do not count.
    """
    defaults = {name: model._fields[name].default for name in names}
    return {name: make(model) for name, make in defaults.items()}
