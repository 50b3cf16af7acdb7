"""Holds: a person keeps messages back, without a restart, and lets them go."""

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tools import SQL

from ...filters import check_filter, read_filter
from ...guard import MANAGER, button

# What is held is said once; to hold something else, resume and hold that. The filter is
# evaluated with the rights of the person who typed it, so nobody else changes it.
WHAT = frozenset({"backend_id", "direction", "type_id", "res_model", "domain"})


class LogisticsHold(models.Model):
    """One row keeps back the messages of a backend, a flow or some documents."""

    _name = "logistics.hold"
    _description = "Hold"
    _order = "ended_at desc, id desc"
    _rec_name = "reason"
    _logistics_engine_fields = WHAT
    _logistics_once_fields = WHAT

    backend_id = fields.Many2one(
        "logistics.backend", string="Connection", required=True, ondelete="cascade"
    )
    company_id = fields.Many2one(
        related="backend_id.company_id", store=True, index=True
    )
    direction = fields.Selection(
        [("out", "Outgoing"), ("in", "Incoming")], required=True, default="out"
    )
    type_id = fields.Many2one(
        "logistics.message.type", string="Flow", help="Empty: every flow."
    )
    res_model = fields.Char(string="Model", groups="base.group_no_one")
    domain = fields.Char(
        string="Documents",
        default="[]",
        groups="base.group_no_one",
        help="Only messages about documents that fit; outgoing messages only. It is"
        " evaluated with the rights of the person who holds.",
    )
    scope = fields.Char(compute="_compute_scope")
    reason = fields.Char(required=True)
    user_id = fields.Many2one(
        "res.users",
        string="Held by",
        required=True,
        readonly=True,
        default=lambda self: self.env.user,
    )
    started_at = fields.Datetime(
        string="Since", required=True, readonly=True, default=fields.Datetime.now
    )
    planned_end = fields.Datetime(help="When it is expected to end.")
    ends_by_itself = fields.Boolean(
        string="Ends automatically", help="Resume at the planned end."
    )
    ended_at = fields.Datetime(string="Resumed", readonly=True)
    ended_by_id = fields.Many2one("res.users", string="Resumed by", readonly=True)
    state = fields.Selection(
        [("active", "On hold"), ("ended", "Resumed")], compute="_compute_state"
    )
    waiting_count = fields.Integer(
        compute="_compute_waiting_count", string="Messages waiting"
    )

    _active_idx = models.Index("(backend_id, direction) WHERE ended_at IS NULL")

    @api.depends("ended_at")
    def _compute_state(self):
        for hold in self:
            hold.state = "ended" if hold.ended_at else "active"

    @api.depends("type_id", "direction")
    def _compute_scope(self):
        for hold in self:
            hold.scope = ", ".join(hold._get_scope())

    def _get_scope(self):
        """Return the words that say what is held; addons add to it."""
        flow = self.type_id.name or self.env._("Everything")
        direction = self.env._("incoming") if self.direction == "in" else False
        return [part for part in (flow, direction) if part]

    def _compute_waiting_count(self):
        for hold in self:
            # Not while it is typed in: only what was checked is evaluated.
            saved = hold._origin
            counts = saved and not saved.ended_at
            hold.waiting_count = saved._count_waiting() if counts else 0

    def _count_waiting(self):
        self.env.cr.execute(
            SQL(
                "SELECT count(*) FROM logistics_message m WHERE m.lane_id IN"
                " (SELECT id FROM logistics_lane WHERE backend_id = %s"
                "  AND direction = %s)"
                " AND m.state IN ('pending', 'retrying') AND (%s)",
                self.backend_id.id,
                self.direction,
                self.sudo()._get_condition("m"),
            )
        )
        return self.env.cr.fetchone()[0]

    @api.constrains("ends_by_itself", "planned_end")
    def _check_planned_end(self):
        for hold in self:
            if hold.ends_by_itself and not hold.planned_end:
                raise ValidationError(self.env._("Enter when the hold ends."))

    @api.constrains("res_model", "domain", "direction")
    def _check_domain(self):
        for hold in self.sudo().filtered("res_model"):
            if hold.res_model not in self.env or hold.direction == "in":
                raise ValidationError(
                    self.env._("Only outgoing messages can be held by document.")
                )
            try:
                documents, domain = hold._get_documents()
                check_filter(documents, domain)
                documents.search_count(domain, limit=1)
            except AccessError:
                raise
            except Exception as error:  # anything a person can type wrong
                raise ValidationError(
                    self.env._("The filter is not valid: %s", error)
                ) from error

    @api.model_create_multi
    def create(self, vals_list):
        holds = super().create(vals_list)
        # Why something waits is computed, not stored.
        self.env.invalidate_all()
        for hold in holds:
            hold._say(
                self.env._(
                    "On hold: %(scope)s. %(reason)s",
                    scope=hold.scope,
                    reason=hold.reason,
                )
            )
        return holds

    def _say(self, text):
        self.backend_id.sudo().message_post(body=text, author_id=self._get_author())

    def _get_author(self):
        return self.env.user.partner_id.id

    @button("read")
    def action_confirm(self):
        """Close the dialog; the hold was created with it."""
        return {"type": "ir.actions.client", "tag": "soft_reload"}

    @button("write", MANAGER)
    def action_release(self):
        """Let what waited go on, paced."""
        self.check_access("write")
        self._release()
        return True

    def _release(self):
        """End the holds that are on."""
        holds = self.filtered(lambda h: not h.ended_at)
        holds.write({"ended_at": fields.Datetime.now(), "ended_by_id": self.env.uid})
        self.env.invalidate_all()
        for hold in holds:
            hold._say(
                self.env._(
                    "Resumed: %(scope)s, on hold since %(since)s.",
                    scope=hold.scope,
                    since=hold.started_at,
                )
            )
            hold._get_gates()._start_ramp()
        lanes = self.env["logistics.lane"].sudo()
        lanes = lanes.search([("backend_id", "in", holds.backend_id.ids)])
        self.env.cr.postcommit.add(lanes._ring_waiting)

    def _get_gates(self):
        gates = self.env["logistics.gate"]
        if self.direction == "in":
            return gates
        if self.type_id:
            return gates._get_for_type(self.backend_id, self.type_id.id)
        return gates.browse([g.id for g in gates._get_all(self.backend_id).values()])

    @api.ondelete(at_uninstall=False)
    def _unlink_except_active(self):
        if any(not hold.ended_at for hold in self):
            raise UserError(self.env._("Resume the hold first."))

    @api.model
    def _cron_end(self):
        """Release the holds whose planned end has come."""
        self.search(
            [
                ("ended_at", "=", False),
                ("ends_by_itself", "=", True),
                ("planned_end", "<=", fields.Datetime.now()),
            ]
        )._release()

    # What is held.

    @api.model
    def _get_active(self, backend, direction="out"):
        """Return the holds that are on."""
        self.env.cr.execute(
            "SELECT id FROM logistics_hold WHERE backend_id = %s AND direction = %s"
            " AND ended_at IS NULL",
            # A backend that is being entered in a form has no id yet.
            [backend._origin.id or None, direction],
        )
        return self.sudo().browse([id_ for (id_,) in self.env.cr.fetchall()])

    @api.model
    def _get_conditions(self, backend, direction):
        """Return for each hold a function from a table alias to its SQL."""
        return [hold._get_condition for hold in self._get_active(backend, direction)]

    def _get_condition(self, alias):
        """Return SQL that is true for the messages this hold keeps back."""
        table = SQL.identifier(alias)
        parts = [SQL("TRUE")]
        if self.type_id:
            parts.append(SQL("%s.type_id = %s", table, self.type_id.id))
        documents, domain = self._get_documents()
        if documents is not None:
            parts.append(SQL("%s.res_model = %s", table, documents._name))
            query = _search_held(documents, domain)
            if query is not None:
                parts.append(SQL("%s.res_id IN %s", table, query.subselect()))
        return SQL(" AND ").join(parts)

    def _get_documents(self):
        """Return (model, domain) of the documents concerned, or (None, None).

        The model is in the environment with whose rights the domain is evaluated: a
        filter that a person typed asks what that person may see.
        """
        if not self.res_model:
            return None, None
        author = self.user_id
        # Nothing of the caller's context: neither companies nor `active_test`.
        context = {"allowed_company_ids": author.sudo().company_ids.ids}
        env = self.env(user=author, su=False, context=context)
        documents = env[self.res_model]
        return documents, read_filter(self.domain)

    def _filter_held(self, records, type_id, direction="out"):
        """Return the records whose messages of this type are kept back."""
        if self.direction != direction or self.type_id.id not in (False, type_id):
            return records.browse()
        documents, domain = self._get_documents()
        if documents is None:
            return records
        if records._name != documents._name:
            return records.browse()
        mine = fields.Domain("id", "in", records.ids)
        query = _search_held(documents, domain & mine)
        if query is None:
            return records
        ids = set(query.get_result_ids())
        return records.filtered(lambda record: record._origin.id in ids)


def _search_held(documents, domain):
    """Return the Query of what a filter finds.

    None: its author may not ask for that any more. Then all is held, as long as it is
    not known what the person meant.
    """
    try:
        check_filter(documents, domain)
        return documents.with_context(active_test=False)._search(domain)
    except AccessError:
        return None


class LogisticsGate(models.Model):
    _inherit = "logistics.gate"

    def _start_ramp(self):
        """Release what waited at a growing rate."""
        gates = self.sudo().filtered(lambda g: g.state == "closed" and g.ramp_seconds)
        gates.write({"ramp_from": self._now()})


class LogisticsBackend(models.Model):
    _inherit = "logistics.backend"

    hold_ids = fields.One2many("logistics.hold", "backend_id")

    @button("read")
    def action_hold(self):
        """Ask what shall be held and why."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Hold"),
            "res_model": "logistics.hold",
            "view_mode": "form",
            "views": [
                (self.env.ref("logistics_core.logistics_hold_view_dialog").id, "form")
            ],
            "target": "new",
            "context": {"default_backend_id": self.id},
        }
