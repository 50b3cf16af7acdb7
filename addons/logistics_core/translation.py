"""Shows texts in the language of a reader."""

from markupsafe import Markup

from odoo.tools.translate import code_translations

from .texts import Text, text_of
from .tools.storable import storable


def translated(env, text, company=None):
    """Return a text, or what an error says, in the language of its reader.

    :param text: a string, a `Text` or an exception
    :param company: whose language is meant, for what is stored for its people; by
        default the user's own, and the company's where no user looks (jobs)
    """
    text = text_of(text)
    if not isinstance(text, Text):
        return str(text)
    lang = None if company else env.lang
    lang = lang or (company or env.company).sudo().partner_id.lang or "en_US"

    def get_template(module, source):
        if lang == "en_US" or not module:
            return source
        return code_translations.get_python_translations(module, lang).get(
            source, source
        )

    return text.translated(get_template)


def as_html(text):
    """Return plain text as it is put into a field of HTML, such as an activity's note.

    What a partner wrote is shown as it was written, and never as our own words: no
    link, no image, no form.
    """
    return Markup("<p>%s</p>") % Markup("<br/>").join((text or "").splitlines())


def recorded(backend, text, limit=None):
    """Return a text as it is stored for the people of a backend's company."""
    return storable(translated(backend.env, text, backend.company_id), limit)
