"""Questions for rates and their answers, as they are kept. Never imports odoo."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass

from odoo.addons.logistics_core.canonical import Canonical, canonical

from .questions import Rate, RateRequest


@canonical("rate_request")
@dataclass(frozen=True, slots=True)
class Question(Canonical):
    """What a carrier is asked."""

    request: RateRequest


@canonical("rate_offers")
@dataclass(frozen=True, slots=True)
class Answer(Canonical):
    """What a carrier offers."""

    offers: tuple[Rate, ...]


def key_of(request: RateRequest) -> str:
    """Return a hash that is the same for the same question."""
    text = json.dumps(Question(request).to_dict(), sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()


def dump_offers(offers: list[Rate]) -> str:
    """Return offers as JSON."""
    return json.dumps(Answer(tuple(offers)).to_dict(), sort_keys=True)


def load_offers(text: str) -> list[Rate]:
    """Return the offers of `dump_offers`."""
    answer = Canonical.from_dict(json.loads(text))
    assert isinstance(answer, Answer)
    return list(answer.offers)
