"""Files of carriers whose invoices no connector reads: their columns are rows."""

from datetime import date

from odoo import api, fields, models
from odoo.exceptions import ValidationError

from odoo.addons.logistics_core.errors import InvalidMessage
from odoo.addons.logistics_core.texts import _lt

from ..tools import freight_cells, freight_charges, freight_file

NEEDED = ("number", "invoice_date", "amount")


class LogisticsFreightColumn(models.Model):
    """One row says under which heading a carrier's CSV has a fact."""

    _name = "logistics.freight.column"
    _description = "Freight File Column"
    _order = "sequence, id"
    _rec_name = "heading"

    backend_id = fields.Many2one(
        "logistics.backend",
        string="Connection",
        required=True,
        ondelete="cascade",
        index=True,
    )
    company_id = fields.Many2one(related="backend_id.company_id", store=True)
    sequence = fields.Integer(default=10)
    fact = fields.Selection(freight_charges.COLUMNS, string="What", required=True)
    heading = fields.Char(
        required=True, help="As in the file; capitals make no difference."
    )

    _unique_fact = models.Constraint(
        "UNIQUE(backend_id, fact)", "Each of them has one column."
    )


class LogisticsBackend(models.Model):
    _inherit = "logistics.backend"

    freight_column_ids = fields.One2many(
        "logistics.freight.column", "backend_id", string="Columns of the file"
    )
    freight_decimal = fields.Selection(
        [(".", "1,234.56"), (",", "1.234,56")],
        string="Numbers",
        default=".",
        required=True,
    )
    freight_date_format = fields.Char(
        string="Dates",
        default="%Y-%m-%d",
        help="%Y is the year with four digits, %y with two, %m the month, %d the day:"
        " 31/01/2026 is %d/%m/%Y.",
    )
    freight_weight_unit = fields.Selection(
        [("kg", "kg"), ("g", "g"), ("lb", "lb")],
        string="Weights",
        default="kg",
        required=True,
    )

    @api.constrains("freight_date_format")
    def _check_freight_date_format(self):
        day = date(2026, 1, 31)
        for backend in self:
            form = backend.freight_date_format or ""
            try:
                fits = freight_cells.parse_date(day.strftime(form), form) == day
            except ValueError:
                fits = False
            if not fits:
                raise ValidationError(
                    self.env._(
                        "“%s” does not name year, month and day of a date.", form
                    )
                )

    def _read_freight_file(self, name, content):
        """Return the Reading of a file: by the columns, where there are any, else as
        the connector reads it.

        :raises InvalidMessage: the file, or the columns, are not what they must be
        """
        self.ensure_one()
        columns = {column.fact: column.heading for column in self.freight_column_ids}
        if not columns:
            return self._get_connector()._read_freight_invoice(self, name, content)
        self._check_freight_columns(columns)
        layout = freight_file.Layout(
            columns,
            currency=self.company_id.currency_id.name,
            decimal=self.freight_decimal,
            date_formats=(self.freight_date_format,),
            weight_unit=self.freight_weight_unit,
        )
        return freight_file.examine(content, layout)

    def _check_freight_columns(self, columns):
        facts = self.env["logistics.freight.column"]._fields["fact"]
        labels = dict(facts._description_selection(self.env))
        missing = [labels[name] for name in NEEDED if name not in columns]
        if not {"tracking_number", "reference"} & columns.keys():
            missing.append(labels["tracking_number"])
        if missing:
            raise InvalidMessage(
                _lt(
                    "On %(backend)s these columns are not named: %(missing)s.",
                    backend=self.name,
                    missing=", ".join(missing),
                ),
                remedy=_lt("Enter their headings (page “Freight cost”)."),
            )
