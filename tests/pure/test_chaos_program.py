"""What the chaos program says it proves is what it plays."""

import random

import pytest

from hub.failure import SetupFailure
from proof.chaos import hostile, program
from proof.chaos.row import Outcome
from proof.chaos.rows import ROWS, backoff, signatures
from proof.chaos.signing import SCHEMES

PROMISED = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 15}
# Numbers of the promises' table that --full must not fall short of.
FULL = {
    1: {"posts": 10_000, "crashes": 20},
    2: {"posts": 10_000},
    4: {"keys": 200, "versions": 50, "drainers": 4},
    5: {"kills": 100},
    6: {"orders": 500},
    9: {"facts": 10_000, "poison": 100},
}


def test_every_promised_row_is_played():
    assert set(ROWS) == PROMISED
    assert all(number == row.number for number, row in ROWS.items())


@pytest.mark.parametrize("number", sorted(PROMISED))
def test_each_size_names_the_same_numbers(number):
    row = ROWS[number]
    assert row.tiny.keys() == row.quick.keys() == row.full.keys()


@pytest.mark.parametrize("number", sorted(FULL))
def test_full_has_the_promised_numbers(number):
    for name, promised in FULL[number].items():
        assert ROWS[number].full[name] >= promised


def test_the_matrix_of_signatures_has_84_cases():
    assert len(SCHEMES) * len(signatures.CASES) == 84
    assert len({scheme.name for scheme in SCHEMES}) == 7


def test_hostile_input_is_of_every_kind_and_the_same_for_the_same_seed():
    first = [*hostile.bodies(random.Random(1), 5)]
    assert first == [*hostile.bodies(random.Random(1), 5)]
    assert len(first) >= 24
    assert len([*hostile.answers()]) >= 11
    assert len([*hostile.files()]) >= 5


def test_a_complaint_fails_a_row():
    outcome = Outcome({"posts": 1})
    assert outcome.report() == {"pass": True, "figures": {"posts": 1}}
    outcome.demand(False, "lost")
    assert outcome.report()["pass"] is False
    assert outcome.report()["complaints"] == ["lost"]


def test_an_unknown_row_is_refused():
    with pytest.raises(SetupFailure, match="14"):
        program.run("tiny", [14], 1)


def test_tries_that_were_rolled_back_are_one_attempt():
    tries, committed = [1.0, 1.2, 1.9, 8.0], [2.0, 8.1]
    assert backoff.attempts_of(tries, committed) == [(1.0, 1.9), (8.0, 8.0)]
