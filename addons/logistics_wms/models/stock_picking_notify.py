"""The customer is told of a shipment after it was recorded, and not by it.

Odoo sends its delivery e-mail and text message while it validates. A report that cannot
be printed would then undo a shipment of goods that have left. So what the partner
shipped is validated without them; a job sends them once that is committed.
"""

import logging
from contextlib import contextmanager
from contextvars import ContextVar

from odoo import models

from odoo.addons.logistics_core.engine import job_queue
from odoo.addons.logistics_core.guard import engine
from odoo.addons.logistics_core.texts import _lt
from odoo.addons.logistics_core.transactions import is_transaction_error

_logger = logging.getLogger(__name__)
# The ids of the deliveries that were validated without telling the customer.
_untold = ContextVar("logistics_untold_customers", default=None)
# Whether mail to customers is being written.
_telling = ContextVar("logistics_telling_customers", default=False)
# A job prints as many delivery slips as it can within Odoo's time limit.
DELIVERIES_PER_JOB = 10


@contextmanager
def tell_customers_later(env):
    """Validate inside; what Odoo would send is enqueued at the end."""
    ids = set()
    token = _untold.set(ids)
    try:
        yield
    finally:
        _untold.reset(token)
    pickings = env["stock.picking"].browse(sorted(ids))
    if pickings:
        pickings._logistics_enqueue_notification()


class StockPicking(models.Model):
    _inherit = "stock.picking"

    def _send_confirmation_email(self):
        untold = _untold.get()
        if untold is None:
            return super()._send_confirmation_email()
        later = self.filtered(lambda p: p._logistics_tells_customer())
        untold.update(later.ids)
        return super(StockPicking, self - later)._send_confirmation_email()

    def _logistics_tells_customer(self):
        """Return whether Odoo is set to tell the customer of this delivery."""
        company = self.company_id.sudo()
        return bool(company.stock_move_email_validation) or (
            company._logistics_agreed_to_sms() and company._get_text_validation("sms")
        )

    def _logistics_enqueue_notification(self):
        for start in range(0, len(self), DELIVERIES_PER_JOB):
            part = self[start : start + DELIVERIES_PER_JOB]
            job_queue.enqueue(
                part, f"Tell customers of {len(part)} deliveries", service_class="bulk"
            )._job_logistics_notify()

    def _job_logistics_notify(self):
        """Tell the customers what Odoo would have told them; report who was not."""
        with engine():
            for picking in self.exists().sudo():
                picking._logistics_notify()

    def _logistics_notify(self):
        """Send Odoo's messages for one delivery; return whether that went well."""
        self.ensure_one()
        agreed = self.company_id._logistics_agreed_to_sms()
        token = _telling.set(True)
        try:
            with self.env.cr.savepoint():
                self.with_context(skip_sms=not agreed)._send_confirmation_email()
                self.env.flush_all()
        except Exception as error:  # one customer is the boundary
            if is_transaction_error(error):
                raise
            _logger.info("customer of delivery %s was not told", self.id, exc_info=True)
            self._logistics_report_untold(error)
            return False
        finally:
            _telling.reset(token)
        return True

    def _logistics_report_untold(self, error):
        self.env["logistics.exception"]._open(
            self.logistics_backend_id,
            "customer_not_told",
            _lt("%s was shipped, but the customer was not told", self.name),
            error,
            _lt(
                "The shipment is recorded. Fix what the text names (the template, its"
                " report, the mail server), then press Tell customer here."
            ),
            record=self,
            fingerprint=f"customer:{self.id}",
            severity="warning",
        )

    def _message_compute_author(self, author_id=None, email_from=None):
        """A service account has no address: mail comes from the salesperson.

        Or from the company, where the salesperson has none either.
        """
        author_id, email_from = super()._message_compute_author(author_id, email_from)
        if _telling.get() and len(self) == 1 and not email_from:
            email_from = self._get_logistics_sender()
        return author_id, email_from

    def _get_logistics_sender(self):
        """Return the address that mail about this delivery comes from, or False."""
        people = (
            self.sudo().sale_id.user_id.partner_id | self.sudo().company_id.partner_id
        )
        people |= self.logistics_backend_id.sudo().owner_id.partner_id
        return next((p.email_formatted for p in people if p.email_formatted), False)


class ResCompany(models.Model):
    _inherit = "res.company"

    def _logistics_agreed_to_sms(self):
        """Return whether Odoo's question about text messages, which cost money, was
        answered for these companies."""
        name = "has_received_warning_stock_sms"
        return name in self._fields and all(self.sudo().mapped(name))
