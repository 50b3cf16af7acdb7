"""Lots and serials as a partner names them: each is one of a product."""

from odoo import api, models
from odoo.tools import SQL

from ..tools.spelling import pick


class StockLot(models.Model):
    _inherit = "stock.lot"

    @api.model
    def _logistics_find(self, company, wanted):
        """Return {(product id, name): lot} of what there is.

        :param wanted: {(product id, name)}, names as the partner writes them
        """
        companies = ("company_id", "in", (False, company.id))
        products = list({product for product, _name in wanted})
        names = list({name for _product, name in wanted})
        if not wanted:
            return {}
        exact = self.search(
            [companies, ("product_id", "in", products), ("name", "in", names)]
        )
        found = {(lot.product_id.id, lot.name): lot for lot in exact}
        found = {key: lot for key, lot in found.items() if key in wanted}
        missing = set(wanted) - found.keys()
        if missing:
            found |= self._logistics_find_alike(companies, missing)
        return found

    def _logistics_find_alike(self, companies, wanted):
        """Return {(product id, name): lot} of names that differ in spaces or case."""
        self.flush_model(["name", "product_id"])
        rows = self.env.execute_query(
            SQL(
                "SELECT id FROM stock_lot WHERE product_id IN %s"
                " AND lower(btrim(name)) IN %s",
                tuple({product for product, _name in wanted}),
                tuple({name.strip().lower() for _product, name in wanted}),
            )
        )
        lots = self.search([companies, ("id", "in", [id_ for (id_,) in rows])])
        by_product = lots.grouped(lambda lot: lot.product_id.id)
        found = {}
        for product, name in wanted:
            alike = by_product.get(product, self.browse()).grouped("name")
            if known := pick(name, alike):
                found[product, name] = alike[known][:1]
        return found
