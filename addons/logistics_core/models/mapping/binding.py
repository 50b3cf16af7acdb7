"""Bindings: which record of Odoo is which record of the partner."""

from psycopg2.extras import execute_values

from odoo import api, fields, models
from odoo.exceptions import ValidationError

from ...errors import Conflict
from ...guard import is_engine
from ...texts import _lt

_INSERT = """
INSERT INTO logistics_binding (backend_id, company_id, kind, create_uid, write_uid,
                               res_model, res_id, external_id, create_date,
                               write_date)
VALUES %s ON CONFLICT (backend_id, kind, external_id) DO NOTHING RETURNING external_id
"""
_ROW = """(%s, %s, %s, %s, %s, %s, %s, %s,
    now() AT TIME ZONE 'utc', now() AT TIME ZONE 'utc')"""


class LogisticsBinding(models.Model):
    """One row ties one Odoo record to its identifier at one partner."""

    _name = "logistics.binding"
    _description = "Binding"
    _order = "id desc"
    _rec_name = "external_id"

    backend_id = fields.Many2one(
        "logistics.backend",
        string="Connection",
        required=True,
        ondelete="cascade",
        index=True,
    )
    company_id = fields.Many2one(related="backend_id.company_id", store=True)
    kind = fields.Char(required=True, help="What it is: order, shipment, product, …")
    res_model = fields.Char(string="Model", required=True)
    res_id = fields.Many2oneReference(
        string="Record", model_field="res_model", required=True
    )
    record_name = fields.Char(compute="_compute_record_name", string="Record name")
    external_id = fields.Char(string="Partner's identifier", required=True)

    _unique_external = models.Constraint(
        "UNIQUE(backend_id, kind, external_id)",
        "This identifier of the partner is bound already.",
    )
    _record_idx = models.Index("(res_model, res_id)")

    @api.depends("res_model", "res_id")
    def _compute_record_name(self):
        for binding in self:
            record = binding._get_bound_record()
            binding.record_name = (
                record.display_name if record and record.has_access("read") else False
            )

    @api.constrains("res_model", "res_id")
    def _check_record(self):
        for binding in self:
            if binding.res_model not in self.env:
                raise ValidationError(
                    self.env._("The model %s is not installed.", binding.res_model)
                )
            if not binding._get_bound_record():
                raise ValidationError(self.env._("The bound record does not exist."))

    @api.model_create_multi
    def create(self, vals_list):
        bindings = super().create(vals_list)
        bindings._check_visible()
        return bindings

    def write(self, vals):
        result = super().write(vals)
        if not vals.keys().isdisjoint(("res_model", "res_id")):
            self._check_visible()
        return result

    def _check_visible(self):
        """Nobody binds what they may not see: our code follows it as superuser."""
        if not is_engine(self.env):
            for binding in self:
                binding._get_bound_record().check_access("read")

    def _get_bound_record(self):
        self.ensure_one()
        if self.res_model not in self.env:
            return None
        return self.env[self.res_model].browse(self.res_id).exists()

    @api.model
    def _bind(self, backend, kind, record, external_id):
        """Tie a record to the partner's identifier.

        :return: True when it is new, False when exactly this was bound already
        :raises Conflict: when the identifier is bound to another record
        """
        return self._bind_many(backend, kind, [(record, external_id)]) == 1

    @api.model
    def _bind_many(self, backend, kind, pairs):
        """Tie records to the partner's identifiers, in one statement.

        :param pairs: list of (record, identifier)
        :return: how many are new
        :raises Conflict: when an identifier is bound to another record
        """
        pairs = [(record, str(external_id)) for record, external_id in pairs]
        # Only our own table: the records exist since they were created.
        self.flush_model()
        shared = (backend.id, backend.company_id.id, kind, self.env.uid, self.env.uid)
        rows = [(*shared, record._name, record.id, key) for record, key in pairs]
        created = {
            key
            for (key,) in execute_values(
                self.env.cr._obj, _INSERT, rows, template=_ROW, fetch=True
            )
        }
        count = len(created)
        for record, key in pairs:
            if key in created:
                created.discard(key)  # the same identifier again is looked up
            else:
                count += self._bind_known(backend, kind, record, key)
        return count

    def _bind_known(self, backend, kind, record, external_id):
        """Look at an identifier that has a row; return whether it became free."""
        bound = self._get_record(backend, kind, external_id)
        if bound is None:
            # What it was bound to was deleted: the identifier is free again.
            self._find(backend, kind, external_id).write(
                {"res_model": record._name, "res_id": record.id}
            )
            return True
        if bound != record:
            raise Conflict(
                _lt(
                    "%(kind)s %(external_id)s is bound to %(bound)s, not to"
                    " %(record)s.",
                    kind=kind,
                    external_id=external_id,
                    bound=bound.sudo().display_name,
                    record=record.display_name,
                )
            )
        return False

    @api.model
    def _find(self, backend, kind, external_id):
        return self.sudo().search(
            [
                ("backend_id", "=", backend.id),
                ("kind", "=", kind),
                ("external_id", "=", str(external_id)),
            ]
        )

    @api.model
    def _get_record(self, backend, kind, external_id):
        """Return the bound record, or None."""
        binding = self._find(backend, kind, external_id)
        if not binding or binding.res_model not in self.env:
            return None
        return self.env[binding.res_model].browse(binding.res_id).exists() or None

    @api.model
    def _get_record_ids(self, backend, kind, external_ids):
        """Return {identifier: record id} of what is bound, in one query."""
        bindings = self.sudo().search(
            [
                ("backend_id", "=", backend.id),
                ("kind", "=", kind),
                ("external_id", "in", list(external_ids)),
            ]
        )
        return {binding.external_id: binding.res_id for binding in bindings}

    @api.model
    def _get_external_id(self, backend, kind, record):
        """Return the partner's identifier of a record (the latest), or None."""
        binding = self.sudo().search(
            [
                ("backend_id", "=", backend.id),
                ("kind", "=", kind),
                ("res_model", "=", record._name),
                ("res_id", "=", record.id),
            ],
            limit=1,
        )
        return binding.external_id or None

    @api.model
    def _get_external_ids(self, backend, kind, records):
        """Return {record id: partner's identifier} of a recordset, in one query."""
        bindings = self.sudo().search(
            [
                ("backend_id", "=", backend.id),
                ("kind", "=", kind),
                ("res_model", "=", records._name),
                ("res_id", "in", records.ids),
            ],
            order="id",
        )
        return {binding.res_id: binding.external_id for binding in bindings}
