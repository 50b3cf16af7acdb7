"""Ports, processes and what a test run selects."""

import socket
import sys
from pathlib import Path

import pytest

from hub.machine import ports, processes
from hub.server import odoo_command, postgres_settings
from hub.testing.plan import Plan


@pytest.fixture(autouse=True)
def own_state(tmp_path, monkeypatch):
    monkeypatch.setenv("LOGISTICS_STATE", str(tmp_path))


def test_a_port_in_use_is_noticed_and_another_taken():
    with socket.socket() as server:
        server.bind((ports.LOOPBACK, 0))
        server.listen()
        taken = server.getsockname()[1]
        assert not ports.is_free(taken)
        assert ports.choose(taken) != taken


def test_a_free_port_is_kept():
    free = ports.choose()
    assert ports.choose(free) == free


def test_a_process_is_found_and_stopped_by_name():
    command = [sys.executable, "-c", "import time; time.sleep(60)"]
    process = processes.spawn("sleeper", command)
    assert processes.find("sleeper") == process
    assert processes.stop("sleeper")
    assert not process.alive
    assert not processes.stop("sleeper")


def test_a_process_that_ignores_the_request_is_made_to_end():
    code = (
        "import signal, time; signal.signal(15, signal.SIG_IGN); print(1, flush=True)"
    )
    process = processes.spawn(
        "stubborn", [sys.executable, "-c", f"{code}; time.sleep(60)"]
    )
    while not Path(process.log).read_text():
        pass
    process.stop(patience=0.2)
    assert not process.alive


def test_a_process_id_given_to_another_is_not_ours():
    process = processes.spawn("short", [sys.executable, "-c", "pass"])
    other = processes.Process("other", process.pid, "0", "", process.log)
    assert not other.alive
    process.stop()


@pytest.mark.parametrize(
    ("variables", "expected"),
    [
        ({}, None),
        (
            {"DATABASE_URL": "postgresql://me:a%40b@db.test:6000/x"},
            ("db.test", 6000, "me", "a@b"),
        ),
        ({"PGHOST": "db.test", "PGUSER": "me"}, ("db.test", 5432, "me", "")),
    ],
)
def test_the_users_own_postgresql_is_read_from_the_environment(
    variables, expected, monkeypatch
):
    for name in ("DATABASE_URL", "PGHOST", "PGPORT", "PGUSER", "PGPASSWORD"):
        monkeypatch.delenv(name, raising=False)
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    found = postgres_settings.given()
    if expected is None:
        assert found is None
    else:
        assert (found.host, found.port, found.user, found.password) == expected


def test_odoo_gets_the_configuration_behind_its_subcommand(tmp_path):
    conf = tmp_path / "odoo.conf"
    added = ["-c", str(conf)]
    assert odoo_command.arguments(conf, ["shell", "-d", "x"]) == [
        "shell",
        *added,
        "-d",
        "x",
    ]
    assert odoo_command.arguments(conf, ["-d", "x"]) == [*added, "-d", "x"]
    assert odoo_command.arguments(conf, ["-c", "mine"]) == ["-c", "mine"]


def test_complaints_are_warnings_and_errors_without_the_known_one():
    text = (
        "2026-01-01 00:00:00,000 1 INFO db odoo: fine\n"
        "2026-01-01 00:00:00,000 1 WARNING db odoo: unknown option "
        "'logistics_secret_key' in the config file\n"
        "2026-01-01 00:00:00,000 1 ERROR db odoo: broken\n"
    )
    assert [line[-6:] for line in odoo_command.complaints(text)] == ["broken"]


@pytest.mark.parametrize(
    ("table", "found"), [("discuss_channel_member", 0), ("logistics_lane", 1)]
)
def test_a_retried_conflict_is_harmless_unless_a_table_of_ours_is_in_it(table, found):
    text = (
        "2026-01-01 00:00:00,000 1 INFO db odoo: fine\n"
        "2026-01-01 00:00:00,000 1 ERROR db odoo.sql_db: bad query: "
        f"b' UPDATE {table}\n   SET x = 1'\n"
        "ERROR: could not serialize access due to concurrent update\n\n"
        "2026-01-01 00:00:01,000 1 INFO db odoo: fine\n"
    )
    assert len(odoo_command.complaints(text)) == found


def test_a_path_below_the_pure_layer_needs_no_database():
    assert not Plan(None, ["tests/pure"]).needs_database
    assert Plan(None, ["tests/pure", "addons"]).needs_database
    assert Plan(None, []).needs_database


def test_a_narrowed_run_requires_no_layer():
    assert not any("--must-run" in word for word in Plan(None, ["-k", "x"]).arguments())
    assert any("--must-run" in word for word in Plan(None, []).arguments())


def test_a_test_belongs_to_the_addon_with_the_longest_name():
    core = Plan(["logistics_carrier"], []).targets
    ups = Plan(["logistics_carrier_ups"], []).targets
    assert "tests/pure/test_logistics_carrier_story.py" in core
    assert "tests/pure/test_logistics_carrier_ups.py" not in core
    assert "tests/pure/test_logistics_carrier_ups.py" in ups
