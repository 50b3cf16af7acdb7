"""The message type of the measurements that shall have no effect."""

from dataclasses import dataclass

from odoo.addons.logistics_core.canonical import Canonical, canonical


@canonical("bench_noop")
@dataclass(frozen=True, slots=True)
class Noop(Canonical):
    """A fact that changes nothing.

    :param number: which one
    :param text: ballast, so that a message has a usual length
    """

    number: int
    text: str
