"""People read what went wrong in their language."""

from unittest.mock import patch

from odoo.tests import tagged
from odoo.tools.translate import code_translations

from ..errors import InvalidMessage, Rejected
from ..texts import _lt
from ..translation import recorded, translated
from .common import LogisticsCase

FRENCH = {
    "The item is larger than %(most)s bytes.": "L'élément dépasse %(most)s octets.",
    InvalidMessage.remedy.source: "Demandez-le à nouveau.",
    "%(what)s %(key)s": "%(what)s n° %(key)s",
}
CAUSE = "L'élément dépasse 5 octets."


@tagged("post_install", "-at_install")
class TestTranslation(LogisticsCase):
    def setUp(self):
        super().setUp()
        self.env["res.lang"]._activate_lang("fr_FR")
        known = code_translations.get_python_translations

        def get(module, lang):
            french = (module, lang) == ("logistics_core", "fr_FR")
            return FRENCH if french else known(module, lang)

        self.startPatcher(
            patch.object(code_translations, "get_python_translations", get)
        )
        self.error = InvalidMessage(
            _lt("The item is larger than %(most)s bytes.", most=5)
        )

    def speak_french(self):
        self.backend.company_id.partner_id.lang = "fr_FR"

    def test_a_user_reads_the_own_language(self):
        french = self.env(context={"lang": "fr_FR"})
        self.assertEqual(translated(french, self.error), CAUSE)
        self.assertEqual(str(self.error), "The item is larger than 5 bytes.")
        english = self.env(context={"lang": "en_US"})
        self.assertEqual(translated(english, self.error), str(self.error))

    def test_a_job_speaks_as_its_company(self):
        self.speak_french()
        job = self.env(context={})
        self.assertEqual(translated(job(user=self.env.user), self.error), CAUSE)
        self.assertEqual(recorded(self.backend, self.error, 10), "L'élément…")

    def test_other_texts_and_errors_stay_as_they_are(self):
        self.speak_french()
        for text in ("Plain", ValueError("Plain"), Rejected("Plain")):
            self.assertEqual(recorded(self.backend, text), "Plain")

    def test_an_exception_is_in_the_language_of_the_company(self):
        self.speak_french()
        message = self.env["logistics.message"].create(
            {
                "backend_id": self.backend.id,
                "company_id": self.backend.company_id.id,
                "direction": "in",
                "event": "some.event",
                "ordering_key": "K1",
                "external_id": "E1",
            }
        )
        message._fail(self.error)
        message._open_exception(self.error)
        exception = message.exception_ids
        self.assertEqual(exception.cause, CAUSE)
        self.assertEqual(exception.remedy, "Demandez-le à nouveau.")
        self.assertIn("n° K1", exception.title)
        message.invalidate_recordset()
        self.assertEqual(message.error, CAUSE)
        self.assertEqual(message.attempt_ids.error, CAUSE)
