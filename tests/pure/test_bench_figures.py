"""The statistics of the bench, and what it takes for passed."""

import math

import pytest

from proof.bench.alternate import interleaved
from proof.bench.figures import CheckFailed, Figure, check, of_rates, percentile, spread
from proof.bench.registry import GROUPS
from proof.bench.targets import BY_NAME, TARGETS


def test_a_percentile_is_a_measured_value_and_never_flatters():
    values = list(range(1, 101))
    assert percentile(values, 0.99) == 99
    assert percentile(values, 1) == 100
    assert percentile(values, 0.5) == 50
    assert percentile([5, 1, 9], 0.99) == 9
    assert percentile([7], 0.5) == 7


def test_the_percentile_of_nothing_is_an_error():
    with pytest.raises(ValueError, match="no values"):
        percentile([], 0.5)


def test_the_ratio_is_of_the_medians_so_that_one_bad_run_does_not_decide():
    figure = of_rates([100, 110, 1], [10, 9, 1000], "messages/s")
    assert figure.value == 100
    assert figure.baseline == 10
    assert figure.ratio == 10
    assert figure.runs == (100, 110, 1)


def test_without_another_side_there_is_no_ratio():
    assert Figure(12.0, "ms").ratio is None
    assert Figure(12.0, "ms").as_dict()["baseline"] is None


def test_the_spread_is_half_the_distance_of_the_extremes():
    assert spread([90, 100, 110]) == pytest.approx(0.1)
    assert spread([0, 0]) == math.inf


def test_a_failed_check_is_an_error_and_not_a_number():
    check(True, "fine")
    with pytest.raises(CheckFailed, match="3 of 4 facts"):
        check(False, "3 of 4 facts are done")


def test_both_sides_are_run_in_turns_whose_order_changes():
    calls = []

    def side(name):
        calls.append(name)
        return len(calls)

    values = interleaved("x", 3, {"a": lambda: side("a"), "b": lambda: side("b")})
    assert "".join(calls) == "abbaab"
    assert values == {"a": [1, 4, 5], "b": [2, 3, 6]}


def test_a_ratio_must_be_at_least_and_a_time_at_most_its_bound():
    ratio, time = BY_NAME["drain_noop"], BY_NAME["ack_p99_ms"]
    assert ratio.reached(Figure(400, "x", baseline=10), 40)
    assert not ratio.reached(Figure(399, "x", baseline=10), 40)
    assert not ratio.reached(Figure(400, "x"), 40)
    assert time.reached(Figure(50, "ms"), 50)
    assert not time.reached(Figure(50.1, "ms"), 50)


def test_every_target_is_measured_by_exactly_one_group():
    measured = [name for group in GROUPS for name in group.names]
    assert sorted(measured) == sorted(target.name for target in TARGETS)


def test_the_aim_is_never_easier_than_the_bound():
    for target in TARGETS:
        harder = (
            target.must - target.aim if target.smaller else target.aim - target.must
        )
        assert harder > 0, target.name
