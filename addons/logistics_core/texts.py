"""Texts for people, written where Odoo cannot be imported or no reader is known.

A text is plain English wherever a string is expected: logs, tests, partners. It also
keeps its template and its arguments, so that `translation.translated` can say the same
in the language of a reader. Odoo's exporter finds the terms by the name `_lt`.
This file never imports odoo.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import Any

Template = Callable[[str, str], str]


class Text(str):
    """An English text that can be translated.

    :param source: the term as translators see it, with `%(name)s` for arguments
    :param module: the addon whose translations have the term
    :param arguments: values of the placeholders; they may be texts themselves
    """

    def __new__(
        cls, source: str, module: str = "", arguments: tuple | dict[str, Any] = ()
    ) -> Text:
        text = super().__new__(cls, source % arguments if arguments else source)
        text.source, text.module, text.arguments = source, module, arguments
        return text

    def __getnewargs__(self) -> tuple:
        return self.source, self.module, self.arguments

    def translated(self, get_template: Template) -> str:
        """Say it in another language.

        :param get_template: returns the translation of (module, source)
        """
        if not self.arguments:
            return get_template(self.module, self.source)

        def of(value: Any) -> Any:
            text = text_of(value)
            return text.translated(get_template) if isinstance(text, Text) else text

        arguments = (
            {name: of(value) for name, value in self.arguments.items()}
            if isinstance(self.arguments, dict)
            else tuple(map(of, self.arguments))
        )
        try:
            return get_template(self.module, self.source) % arguments
        except (TypeError, ValueError, KeyError):
            # A translator's mistake must not hide what went wrong.
            return self.source % arguments


def _lt(source: str, /, *args: Any, **kwargs: Any) -> Text:
    """Mark a text as translatable and return it; it is translated when it is shown."""
    name = sys._getframe(1).f_globals.get("__name__", "")
    return Text(source, _addon(name), args or kwargs)


def text_of(value: Any) -> Any:
    """Return the text that an exception carries; any other value is its own."""
    if isinstance(value, Exception) and value.args and isinstance(value.args[0], Text):
        return value.args[0]
    return value


def join(texts: list[Any], separator: str = " ") -> Text:
    """Return one text of several, each of which is translated automatically."""
    return Text(separator.join(["%s"] * len(texts)), "", tuple(texts))


def some(names: list[str], most: int) -> str:
    """Return so many names in one text, and how many more there are."""
    text, more = ", ".join(names[:most]), len(names) - most
    if more <= 0:
        return text
    return _lt("%(names)s and %(count)s more", names=text, count=more)


def _addon(module: str) -> str:
    """Return the addon of a module `odoo.addons.<addon>.<...>`."""
    parts = module.split(".")
    return parts[2] if parts[:2] == ["odoo", "addons"] and len(parts) > 2 else ""
