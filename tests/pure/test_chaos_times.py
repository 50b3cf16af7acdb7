"""Times are judged by what the product did, and separated from what others did."""

from types import SimpleNamespace

import pytest

from proof.chaos import program
from proof.chaos.history import History
from proof.chaos.machine import Sample, most_used
from proof.chaos.row import Outcome, Row
from proof.chaos.rows.database import longest_standstill


def samples(*others, own=0.5):
    """One sample per half second; of one core's time, others took these shares."""
    busy = used = 0.0
    found = [Sample(0.0, 0.0, 0.0)]
    for number, share in enumerate(others, 1):
        used += own * 0.5
        busy += (own + share) * 0.5
        found.append(Sample(number * 0.5, busy, used))
    return found


def test_what_the_run_uses_itself_is_not_others():
    assert most_used(samples(*[0.0] * 10, own=2.0), 2) == 0


def test_others_count_while_they_last():
    quiet, loud = [0.0] * 8, [1.0] * 4
    assert most_used(samples(*quiet, *loud, *quiet), 2) == pytest.approx(0.5)
    assert most_used(samples(*quiet, 1.0, *quiet), 2) == pytest.approx(0.125)


def test_too_short_a_time_says_nothing():
    assert most_used(samples(1.0, 1.0), 2) == 0
    assert most_used([], 2) == 0


def test_a_lane_that_rests_with_work_left_stands_still():
    commits = [(1, "a", 101.0), (1, "b", 120.0), (2, "c", 103.0), (2, "new", 150.0)]
    accepted = {"a", "b", "c"}
    assert longest_standstill(commits, accepted, 100.0) == 19.0
    # What came later may come when it likes.
    assert longest_standstill(commits[2:], accepted, 100.0) == 3.0
    # What was committed before the crash has nothing to wait for.
    assert longest_standstill(commits, accepted, 130.0) == 0.0


class Played:
    """A row that was played: an outcome for each try."""

    def __init__(self, *outcomes, used, monkeypatch):
        self.left = list(outcomes)
        self.numbers = []
        monkeypatch.setattr(program, "_try", self._try)
        self.used = used

    def _try(self, _system, _row, _size, number):
        self.numbers.append(number)
        return self.left.pop(0), self.used

    def run(self, size="quick"):
        row = Row(2, "promise", None, {}, {}, {})
        return program._play(SimpleNamespace(history=self), row, size)

    def set_aside(self, prefix):
        assert prefix == "row2-"


def late():
    return Outcome(late=["slow"])


def wrong():
    return Outcome(complaints=["lost"], late=["slow"])


def test_a_time_missed_on_a_quiet_machine_fails_at_once(monkeypatch):
    played = Played(late(), used=0.1, monkeypatch=monkeypatch)
    assert not played.run().passed


def test_a_time_missed_on_a_busy_machine_is_measured_once_more(monkeypatch):
    played = Played(late(), Outcome(), used=0.5, monkeypatch=monkeypatch)
    outcome = played.run()
    assert outcome.passed
    assert not outcome.unjudged
    assert played.numbers == [1, 2]


def test_a_time_missed_twice_on_a_busy_machine_is_not_judged(monkeypatch):
    outcome = Played(late(), late(), used=0.5, monkeypatch=monkeypatch).run()
    assert outcome.passed
    assert outcome.report()["unjudged"] == ["slow"]


def test_the_full_run_judges_all_the_same(monkeypatch):
    outcome = Played(late(), late(), used=0.5, monkeypatch=monkeypatch).run("full")
    assert not outcome.passed


@pytest.mark.parametrize("outcomes", [[wrong()], [late(), wrong()]])
def test_what_is_wrong_fails_on_any_machine(monkeypatch, outcomes):
    outcome = Played(*outcomes, used=0.9, monkeypatch=monkeypatch).run()
    assert not outcome.passed
    assert "lost" in outcome.report()["complaints"]


def test_the_first_try_is_not_read_in_the_second(tmp_path):
    history = History(tmp_path)
    history.write("row2-answers", id="a")
    history.write("row13-answers", id="b")
    history.set_aside("row2-")
    assert history.read("row2-answers") == []
    assert [line["id"] for line in history.read("row13-answers")] == ["b"]
    assert len(list(tmp_path.iterdir())) == 2
