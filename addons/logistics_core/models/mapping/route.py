"""Routes: which record goes to which backend."""

from odoo import api, fields, models
from odoo.exceptions import AccessError, ValidationError

from ...filters import check_filter, read_filter


class LogisticsRoute(models.Model):
    """One row sends the records of a model that fit its filter to a backend."""

    _name = "logistics.route"
    _description = "Route"
    _order = "sequence, id"
    _check_company_auto = True

    name = fields.Char(required=True)
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    company_id = fields.Many2one(
        "res.company", required=True, default=lambda self: self.env.company
    )
    res_model = fields.Char(string="Model", required=True)
    type_id = fields.Many2one(
        "logistics.message.type", string="Message type", required=True
    )
    domain = fields.Char(default="[]", help="Records outside this filter are skipped.")
    backend_id = fields.Many2one(
        "logistics.backend",
        string="Connection",
        required=True,
        check_company=True,
        ondelete="cascade",
    )

    can_search = fields.Boolean(
        compute="_compute_can_search",
        help="Whether you may see the documents that the filter is about.",
    )

    @api.depends("res_model")
    @api.depends_context("uid")
    def _compute_can_search(self):
        for route in self:
            known = route.res_model in self.env
            route.can_search = known and self.env[route.res_model].has_access("read")

    @api.constrains("domain", "res_model")
    def _check_domain(self):
        for route in self:
            if route.res_model not in self.env:
                raise ValidationError(
                    self.env._("The model %s is not installed.", route.res_model)
                )
            # Constraints run as superuser; the user is still who typed the filter.
            documents = self.env[route.res_model].with_user(self.env.user)
            try:
                # Whoever may write routes need not be allowed to see the documents, as
                # long as the filter asks nothing of them.
                check_filter(documents, route._get_domain())
                documents.sudo().search_count(route._get_domain(), limit=1)
            except AccessError:
                raise
            except Exception as error:  # anything a person can type wrong
                raise ValidationError(
                    self.env._("The filter is not valid: %s", error)
                ) from error

    @api.constrains("backend_id", "type_id")
    def _check_taken(self):
        """Refuse a partner that cannot be sent what the route sends."""
        for route in self:
            backend = route.backend_id
            if not backend._get_connector()._takes(route.type_id.code):
                raise ValidationError(
                    self.env._(
                        "%(partner)s (%(connector)s) takes no “%(what)s”. Choose"
                        " another connection.",
                        partner=backend.name,
                        connector=dict(
                            backend._fields["connector"]._description_selection(
                                self.env
                            )
                        ).get(backend.connector),
                        what=route.type_id.name,
                    )
                )

    def _get_domain(self):
        self.ensure_one()
        return read_filter(self.domain)

    @api.model
    def _match(self, records, type_code):
        """Return {backend: records}: the first route that fits each record."""
        result = {}
        for route, fitting in self._find_routes(records, type_code).items():
            backend = route.backend_id.with_env(records.env)
            result[backend] = result.get(backend, records.browse()) | fitting
        return result

    @api.model
    def _find_routes(self, records, type_code):
        """Return {route: records}: the first route that fits each record."""
        result = {}
        left = records
        if not records:
            return result
        for route in self.sudo().search(
            [
                ("res_model", "=", records._name),
                ("type_id.code", "=", type_code),
                ("backend_id.state", "!=", "draft"),
                ("backend_id.active", "=", True),
            ]
        ):
            fitting = left.filtered(route._accepts).filtered_domain(route._get_domain())
            if fitting:
                result[route] = fitting
                left -= fitting
        return result

    def _accepts(self, record):
        """Return whether a record passes the route's own fields; addons add to it."""
        company = record.company_id if "company_id" in record._fields else None
        return not company or company == self.company_id
