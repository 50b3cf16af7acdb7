"""Who may write and call what of this addon."""

from unittest.mock import patch

from odoo.tests import TransactionCase, tagged
from odoo.tools import mute_logger

from ..guard import ADMINISTRATOR, MANAGER, SUPPORT, button
from .walls_common import Walls


@tagged("post_install", "-at_install")
class TestWalls(Walls, TransactionCase):
    addon = "logistics_core"
    # Everything else of this addon is written by the engine only.
    written = {
        "logistics.backend": (
            "active allow_private_network auth_token base_url company_id "
            "connector environment gate_ids hold_ids idle_days idle_from "
            "idle_limit idle_to integration_user_id max_drains name owner_id "
            "poll_ids sequence stall_limit timeout tz webhook_digest "
            "webhook_encoding webhook_id_header webhook_networks "
            "webhook_prefix webhook_scheme webhook_secret "
            "webhook_secret_previous webhook_signature_header "
            "webhook_template webhook_timestamp_header webhook_tolerance"
        ),
        "logistics.binding": "backend_id external_id kind res_id res_model",
        "logistics.exception": "user_id",
        "logistics.gate": (
            "failure_ratio failure_threshold failure_window max_concurrent "
            "probe_interval ramp_rate_first ramp_seconds rate_requests "
            "rate_seconds"
        ),
        "logistics.hold": "ends_by_itself planned_end reason",
        "logistics.message.type": (
            "blocks_key max_age max_attempts max_wait name operation_group "
            "retry_delay sequence service_class supersedes"
        ),
        "logistics.disconnect": "backend_ids",
        "logistics.pause": "backend_ids reason",
        "logistics.poll": "active interval name next_run_at",
        "logistics.replay": "edited reason",
        "logistics.replay.window": (
            "backend_id date_from date_to direction only_state type_ids"
        ),
        "logistics.retention": "active days direction kind sequence type_id",
        "logistics.route": (
            "active backend_id company_id domain name res_model sequence type_id"
        ),
        "logistics.value.map": (
            "backend_id choice_id external_value kind note odoo_value state"
        ),
    }
    given = {
        "logistics.hold": "backend_id direction domain res_model type_id",
        "logistics.replay": "message_id",
    }
    writers = {
        "logistics.backend": "integration_manager administrator",
        "logistics.binding": "integration_manager administrator",
        "logistics.exception": (
            "integration_support integration_manager administrator"
        ),
        "logistics.disconnect": "integration_manager administrator",
        "logistics.gate": "integration_manager administrator",
        "logistics.hold": "integration_manager administrator",
        "logistics.message.type": "integration_manager administrator",
        "logistics.pause": "integration_manager administrator",
        "logistics.poll": "integration_manager administrator",
        "logistics.replay": "integration_support integration_manager administrator",
        "logistics.replay.window": (
            "integration_support integration_manager administrator"
        ),
        "logistics.retention": "administrator",
        "logistics.route": "integration_manager administrator",
        "logistics.value.map": (
            "integration_support integration_manager administrator"
        ),
    }
    routes = {"/logistics/webhook/<string:token>": "none"}
    called = {
        "logistics.backend": {
            "read": (
                "action_hold action_open_bindings action_open_exceptions "
                "action_open_gates action_open_holds action_open_messages "
                "action_pause"
            ),
            ("read", MANAGER): (
                "action_disconnect action_open_base_url action_open_start "
                "action_open_users action_open_value_maps"
            ),
            ("write", MANAGER): (
                "action_fetch_choices action_resume action_rotate_webhook_token "
                "action_start action_subscribe_webhooks action_test_connection "
                "action_unsubscribe_webhooks"
            ),
        },
        "logistics.document.mixin": {
            "read": ("action_view_logistics_exceptions action_view_logistics_messages"),
        },
        "logistics.exception": {
            "read": (
                "action_map_value action_open_behind action_open_document "
                "action_open_messages"
            ),
            ("write", SUPPORT): (
                "action_accept_conflict action_edit_and_replay action_ignore "
                "action_replay action_resolve action_take"
            ),
        },
        "logistics.gate": {
            "read": "action_hold action_open_waiting",
            ("write", MANAGER): "action_probe action_reset",
        },
        "logistics.hold": {
            "read": "action_confirm",
            ("write", MANAGER): "action_release",
        },
        "logistics.lane": {
            "read": "action_open_messages",
            ("read", SUPPORT): "action_ring",
        },
        "logistics.message": {
            "read": "action_view_correlated action_view_document",
            ("read", SUPPORT): (
                "action_accept_conflict action_cancel action_edit_and_replay "
                "action_replay"
            ),
        },
        "logistics.disconnect": {
            ("write", MANAGER): "action_confirm",
        },
        "logistics.pause": {
            ("write", MANAGER): "action_confirm",
        },
        "logistics.poll": {
            ("write", MANAGER): "action_run",
        },
        "logistics.replay": {
            ("write", SUPPORT): "action_confirm",
        },
        "logistics.replay.window": {
            ("write", SUPPORT): "action_replay",
        },
        "logistics.retention": {
            ("write", ADMINISTRATOR): "action_count action_run",
        },
        "logistics.start": {("read", MANAGER): "action_start"},
        "logistics.start.step": {("read", MANAGER): "action_do"},
        "logistics.value.map": {
            ("write", MANAGER): "action_approve action_draft",
        },
    }
    shared = {
        "logistics.message.type": "kinds of messages, the same for all",
        "logistics.retention": "rules of the whole database, for administrators",
        "logistics.secret": "no role reads or writes it",
        "logistics.timer": "beats of the scheduler, no business data",
    }

    # Whether the lists would notice a hole.

    def is_noticed(self, test):
        """Return whether a test fails, in whatever way: it passed before."""
        try:
            with mute_logger("odoo.sql_db"), self.env.cr.savepoint():
                test()
        except Exception:
            return True
        return False

    def test_a_field_that_anybody_writes_is_noticed(self):
        backend = type(self.env["logistics.backend"])
        field = backend._fields["pause_reason"]
        tests = (
            self.test_no_role_writes_what_is_closed,
            self.test_no_import_sets_what_is_closed,
            self.test_no_form_sets_what_is_closed,
            self.test_no_copy_takes_what_is_closed,
            self.test_no_default_of_a_client_sets_what_is_closed,
        )
        open_model = patch.object(
            backend, "_logistics_denied", lambda *args, **kw: frozenset()
        )
        only = patch.object(
            type(self), "get_closed", lambda s: [(s.env[field.model_name], field)]
        )
        with only:
            for test in tests:
                self.assertFalse(self.is_noticed(test), test.__name__)
            with open_model:
                for test in tests:
                    self.assertTrue(self.is_noticed(test), test.__name__)
        with open_model:
            self.assertTrue(self.is_noticed(self.test_every_field_has_its_writer))

    def test_a_method_that_anybody_calls_is_noticed(self):
        """Without its check, with a weaker one, and with one that comes too late."""

        def action_run(poll):
            return True

        cls = type(self.env["logistics.poll"]).__mro__[1:]
        cls = next(c for c in cls if "action_run" in vars(c))
        with patch.object(cls, "action_run", action_run):
            self.assertTrue(
                self.is_noticed(self.test_every_public_method_checks_who_calls)
            )
        weak = button("read")(action_run)
        with patch.object(cls, "action_run", weak):
            self.assertTrue(
                self.is_noticed(self.test_every_public_method_checks_who_calls)
            )
        weak._logistics_button = ("write", MANAGER)
        with patch.object(cls, "action_run", weak):
            self.assertTrue(
                self.is_noticed(self.test_rights_are_checked_before_the_first_line)
            )
            self.assertTrue(
                self.is_noticed(self.test_company_is_checked_before_the_first_line)
            )

    def test_a_route_that_nobody_listed_is_noticed(self):
        with patch.object(type(self), "routes", {}):
            self.assertTrue(self.is_noticed(self.test_routes_are_listed))
