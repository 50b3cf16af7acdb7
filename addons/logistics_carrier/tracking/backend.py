"""How a carrier's parcels are watched."""

from odoo import fields, models


class LogisticsBackend(models.Model):
    _inherit = "logistics.backend"

    tracking_delay_tolerance = fields.Float(
        string="Delay tolerated (h)",
        default=12.0,
        help="Hours after the carrier's first promise from which a parcel is late.",
    )
    tracking_silence_days = fields.Integer(
        string="Silence tolerated (days)",
        default=7,
        help="A parcel without news for so many days is reported, and not polled"
        " any more. 0: never.",
    )
    tracking_daily_requests = fields.Integer(
        string="Tracking requests a day",
        help="The most tracking requests per day, spread over the day (UTC). 0: no"
        " limit.",
    )

    _sane_tracking = models.Constraint(
        "CHECK(tracking_delay_tolerance >= 0 AND tracking_silence_days >= 0"
        " AND tracking_daily_requests >= 0)",
        "Tolerances and the number of requests cannot be negative.",
    )
