"""Files of carriers become attachments, checked when they are received."""

import base64

from odoo import api, models

from odoo.addons.logistics_core.errors import InvalidMessage
from odoo.addons.logistics_core.texts import _lt

from ..tools import file_reader

# Nothing shows, resizes or merges a file of this kind. (Odoo takes a second look at
# what is called application/octet-stream.)
UNREADABLE = "application/x-unreadable"


class IrAttachment(models.Model):
    _inherit = "ir.attachment"

    @api.model
    def _keep_files(self, backend, holder, files):
        """Attach files of a partner exactly as they came.

        They are paid for, so one that cannot be read is kept as well: as a file of no
        kind, so that nothing opens it, and with an exception.

        :param files: [(name, Document)]
        :return: the attachments, in that order
        """
        rows = []
        for name, document in files:
            content = base64.b64decode(document.content)
            problem = _find_problem(content, document.media_type)
            if problem:
                self._report_file(backend, holder, name, problem)
            rows.append(
                {
                    "name": name,
                    "raw": content,
                    "mimetype": UNREADABLE if problem else document.media_type,
                    "res_model": holder._name,
                    "res_id": holder.id,
                    "description": document.kind,
                }
            )
        # Odoo would make large pictures smaller, and bars unreadable.
        return self.with_context(image_no_postprocess=True).create(rows)

    def _report_file(self, backend, holder, name, error):
        self.env["logistics.exception"]._open(
            backend,
            error.kind,
            _lt("The file %s cannot be used", name),
            error,
            _lt(
                "Get the file again from the carrier's website or support. The original"
                " is attached; other labels can be printed."
            ),
            record=holder,
            fingerprint=f"file:{holder._name}:{holder.id}:{name}",
            severity="warning",
        )


def _find_problem(content, media_type):
    """Return the InvalidMessage of a file that cannot be read, else None."""
    if media_type != "application/pdf" and not media_type.startswith("image/"):
        return None
    try:
        file_reader.check(content, media_type)
    except InvalidMessage as error:
        return error
    return None
