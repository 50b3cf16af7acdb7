"""Fields that people do not write, whatever their access rights say."""

from odoo import api, models
from odoo.exceptions import AccessError


class LogisticsGuardMixin(models.AbstractModel):
    """Keeps states and results from being written by a remote call.

    `readonly` only concerns forms. What is listed here changes through the buttons
    alone, which check and record who did it.
    """

    _name = "logistics.guard.mixin"
    _description = "Guarded Fields"

    # Written by the engine and by buttons only.
    _guarded_fields = frozenset()

    @api.model_create_multi
    def create(self, vals_list):
        if not self.env.su:
            for vals in vals_list:
                names = self._guarded_fields & set(vals)
                defaults = self.default_get(list(names)) if names else {}
                self._refuse(
                    {n for n in names if (vals[n] or False) != defaults.get(n, False)}
                )
                self._check_backend(vals)
        return super().create(vals_list)

    def write(self, vals):
        if not self.env.su:
            self._refuse(self._guarded_fields & set(vals))
            self._check_backend(vals)
        return super().write(vals)

    def _refuse(self, names):
        if names:
            raise AccessError(
                self.env._(
                    "%(fields)s of %(model)s cannot be written, use the buttons.",
                    fields=", ".join(sorted(names)),
                    model=self._description,
                )
            )

    def _check_backend(self, vals):
        """Nothing is hung on the backend of another company."""
        if self._name != "logistics.backend" and vals.get("backend_id"):
            backend = self.env["logistics.backend"].browse(vals["backend_id"])
            backend.check_access("read")
