"""Countable effects: a double application is a second row."""

from __future__ import annotations

from odoo import fields, models


class ChaosEffect(models.Model):
    """One row is one application of one fact. Nothing here prevents doubles."""

    _name = "chaos.effect"
    _description = "Chaos Effect"

    backend_id = fields.Many2one(
        "logistics.backend", string="Connection", required=True, index=True
    )
    external_id = fields.Char(required=True, index=True)
    key = fields.Char(required=True)
    version = fields.Integer()
    value = fields.Integer()
