"""B5: the least an Odoo route can do."""

from odoo import http


class NoopController(http.Controller):
    @http.route(
        "/bench/noop",
        type="http",
        auth="none",
        methods=["POST"],
        csrf=False,
        save_session=False,
        readonly=False,
    )
    def noop(self):
        """Answer, and nothing else."""
        return http.Response("{}", content_type="application/json")
