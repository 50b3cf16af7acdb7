"""What a connection needs before it goes live, and what a partner offers to choose.

This file never imports odoo.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Step:
    """One line of the start checklist.

    :param why: what goes wrong without it, in one sentence
    :param is_done: whether nothing is left to do
    :param loses_goods: while it is open the connection is not started: goods would be
        sent twice, not at all, or in another way than ordered
    :param detail: what was found, for example what is missing
    :param action: name of the method of the backend that its button calls
    :param button: label of that button
    """

    code: str
    name: str
    why: str
    is_done: bool
    loses_goods: bool = False
    detail: str = ""
    action: str = ""
    button: str = ""

    @property
    def state(self) -> str:
        """`done`, `open`, or `blocking` while the connection must not start."""
        if self.is_done:
            return "done"
        return "blocking" if self.loses_goods else "open"


@dataclass(frozen=True, slots=True)
class Choice:
    """One thing that a partner offers: a channel, a warehouse, a service.

    :param kind: the kind of value map it is a value of, or the connector's own word
    :param code: what is sent to the partner
    :param name: how a person recognises it
    """

    kind: str
    code: str
    name: str
