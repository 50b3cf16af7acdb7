"""Readers of partners' input survive what was found, and examples of any shape.

`./setup/fuzz` searches for more, see setup/proof/fuzz/README.md.
"""

from __future__ import annotations

import logging
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from hub import paths
from proof.fuzz import judge, shaped
from proof.fuzz.readers import READERS

FOLDER = Path(paths.PROJECT / "tests" / "pure" / "fuzz")
FOUND = sorted(path for path in FOLDER.glob("*/*") if path.is_file())


@pytest.fixture(autouse=True)
def quiet():
    """pypdf says in the log what is wrong with a file; here every file is wrong."""
    log = logging.getLogger("pypdf")
    level = log.level
    log.setLevel(logging.CRITICAL)
    yield
    log.setLevel(level)


@pytest.mark.parametrize("name", READERS)
def test_each_example_is_read(name) -> None:
    for example in READERS[name].examples:
        judge.judge(name, example)


@pytest.mark.parametrize("path", FOUND, ids=lambda p: f"{p.parent.name}/{p.name}")
def test_what_was_found_stays_fixed(path) -> None:
    judge.judge(path.parent.name, path.read_bytes())


@pytest.mark.parametrize("name", READERS)
def test_any_input_is_read_or_refused(name) -> None:
    @settings(
        max_examples=120,
        derandomize=True,
        deadline=None,
        suppress_health_check=list(HealthCheck),
    )
    @given(shaped.inputs(READERS[name].examples))
    def search(data: bytes) -> None:
        judge.judge(name, data)

    search()


def test_a_reader_that_breaks_or_takes_long_is_a_finding(monkeypatch) -> None:
    def slow(_data: bytes) -> None:
        end = judge.time.process_time() + 0.06
        while judge.time.process_time() < end:
            pass

    monkeypatch.setattr(judge, "FREE_SECONDS", 0.02)
    monkeypatch.setitem(READERS, "slow", judge.Reader(slow, ()))
    monkeypatch.setitem(READERS, "broken", judge.Reader(lambda data: data[1], ()))
    with pytest.raises(judge.Finding):
        judge.judge("slow", b"x")
    with pytest.raises(IndexError):
        judge.judge("broken", b"")


@given(st.binary(max_size=50))
def test_a_reader_of_bytes_is_judged_by_what_it_may_raise(data) -> None:
    judge.judge("label", data)
