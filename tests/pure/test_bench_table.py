"""What the bench prints, for people and for programs."""

import json

import pytest

from hub.failure import SetupFailure
from proof.bench import suite, table
from proof.bench.figures import CheckFailed, Figure

RESULTS = {
    "drain_noop": Figure(4000.0, "messages/s", 50.0, (3900.0, 4100.0), (50.0,)),
    "ack_p99_ms": Figure(61.24, "ms", note="at 70 requests/s"),
    "bulk_ingest": CheckFailed("19999 of 20000 facts are stored"),
}


def test_each_metric_has_one_line_with_ratio_bounds_and_verdict():
    lines = table.as_text(RESULTS).splitlines()
    assert lines[0].split()[:4] == ["metric", "ours", "other", "unit"]
    drain = next(line for line in lines if line.startswith("drain_noop"))
    assert drain.split() == [
        *("drain_noop", "4,000", "50.0", "messages/s", "B1"),
        *("80.0", "40", "150", "pass"),
    ]


def test_a_missed_bound_is_told_in_capitals():
    line = next(x for x in table.as_text(RESULTS).splitlines() if "ack_p99" in x)
    assert line.split() == [
        "ack_p99_ms",
        "61.2",
        "ms",
        "<=",
        "50",
        "<=",
        "20",
        "MISSED",
    ]


def test_a_failed_check_shows_no_number_in_the_table():
    text = table.as_text(RESULTS)
    line = next(x for x in text.splitlines() if x.startswith("bulk_ingest "))
    assert line.split() == ["bulk_ingest", "-", "-", "B0", "-", "0.4", "0.7", "ERROR"]
    assert "bulk_ingest: 19999 of 20000 facts are stored" in text


def test_the_json_has_the_four_fields_of_each_metric():
    found = json.loads(json.dumps(table.as_json({"cores": 2}, RESULTS)))
    assert found["machine"] == {"cores": 2}
    metrics = found["metrics"]
    drain = metrics["drain_noop"]
    assert (drain["value"], drain["baseline"], drain["ratio"]) == (4000, 50, 80)
    assert drain["unit"] == "messages/s"
    assert drain["pass"] is True
    assert metrics["ack_p99_ms"]["ratio"] is None
    assert metrics["ack_p99_ms"]["pass"] is False


def test_a_failed_check_is_no_number_in_the_json_either():
    entry = table.as_json({}, RESULTS)["metrics"]["bulk_ingest"]
    assert (entry["value"], entry["baseline"], entry["ratio"]) == (None, None, None)
    assert entry["pass"] is False
    assert "19999 of 20000" in entry["error"]


def test_one_missed_metric_fails_the_whole_run():
    passed = {"drain_noop": RESULTS["drain_noop"]}
    assert suite.all_passed(passed)
    assert not suite.all_passed(passed | {"ack_p99_ms": RESULTS["ack_p99_ms"]})
    assert not suite.all_passed(passed | {"bulk_ingest": RESULTS["bulk_ingest"]})


def test_an_unknown_metric_is_refused_with_the_names_there_are():
    assert suite.checked(["drain_noop"]) == {"drain_noop"}
    assert "backlog_1m" in suite.checked(None)
    with pytest.raises(SetupFailure, match="no metric drain_nop"):
        suite.checked(["drain_nop"])
