from odoo.exceptions import UserError, ValidationError
from odoo.tests import tagged

from odoo.addons.base.models.ir_model import MODULE_UNINSTALL_FLAG

from ..errors import Conflict, LogisticsError
from .common import LogisticsCase


@tagged("post_install", "-at_install")
class TestBackendLife(LogisticsCase):
    def test_a_copy_is_a_draft_with_nothing_of_the_original(self):
        self.backend.auth_token = "top"
        copies = [self.backend.copy(), self.backend.copy()]
        self.assertEqual(len({self.backend.name, *(c.name for c in copies)}), 3)
        for copy in copies:
            self.assertEqual(copy.state, "draft")
            self.assertFalse(copy.auth_token or copy.webhook_secret)
            self.assertNotEqual(copy.webhook_token, self.backend.webhook_token)
            self.assertNotEqual(
                copy.integration_user_id, self.backend.integration_user_id
            )
            self.assertTrue(
                self.env["logistics.lane"]._get_lane_ids(copy.id, "in", "bulk")
            )

    def test_a_backend_with_history_is_archived_not_deleted(self):
        self.receive(self.fact("e1"))
        with self.assertRaisesRegex(UserError, "1 messages.*Archive it"):
            self.backend.unlink()

    def test_an_unused_backend_goes_with_its_user(self):
        backend = self.make_backend()
        user = backend.integration_user_id
        backend.unlink()
        self.assertFalse(user.active)

    def test_a_user_that_another_backend_needs_stays(self):
        first, second = self.make_backend(), self.make_backend()
        second.integration_user_id = first.integration_user_id
        first.unlink()
        self.assertTrue(second.integration_user_id.active)

    def test_uninstalling_the_vendor_takes_its_backends_along(self):
        message = self.receive(self.fact("e1"))
        self.backend.with_context(**{MODULE_UNINSTALL_FLAG: True}).unlink()
        self.assertFalse(message.exists() or self.backend.exists())

    def test_company_and_connector_stay_once_there_are_messages(self):
        company = self.env["res.company"].create({"name": "Other"})
        self.receive(self.fact("e1"))
        with self.assertRaisesRegex(UserError, "has messages"):
            self.backend.company_id = company
        self.backend.company_id = self.backend.company_id

    def test_an_unused_backend_moves_with_its_user(self):
        company = self.env["res.company"].create({"name": "Other"})
        backend = self.make_backend()
        backend.company_id = company
        user = backend.integration_user_id
        self.assertEqual((user.company_id, user.company_ids), (company, company))
        self.assertEqual(backend._as_integration_user().env.company, company)

    def test_the_integration_user_has_access_to_the_company(self):
        company = self.env["res.company"].create({"name": "Other"})
        backend = self.make_backend(company_id=company.id)
        with self.assertRaises(ValidationError):
            backend.integration_user_id = self.backend.integration_user_id

    def test_a_base_url_is_one(self):
        for url in (
            "api.example.com",
            "ftp://api.example.com",
            "file:///etc/passwd",
            "https://",
            "https://me:pw@api.example.com",
            "https://api.example.com/?key=1",
            "https://api.example.com:port",
            "https://[::1",
        ):
            with self.assertRaises(ValidationError, msg=url):
                self.backend.base_url = url
        self.backend.base_url = "https://api.example.com:8443/v1"

    def test_a_scheme_that_protects_nothing_is_refused(self):
        for vals in (
            {"webhook_template": "{timestamp}.{body}"},
            {"webhook_timestamp_header": "X-Time"},
            {"webhook_template": "{id}"},
            {"webhook_template": "{body}{body}"},
            {"webhook_template": "{body.__class__}"},
            {"webhook_id_header": "X-Event-Id"},
            {"webhook_template": "{id}.{body}"},
            {"webhook_template": "{id}{body}", "webhook_id_header": "X-Event-Id"},
            {"webhook_networks": "10.0.0.1/8"},
            {"webhook_networks": "somewhere"},
        ):
            with self.assertRaises(ValidationError, msg=vals):
                self.backend.write({"webhook_scheme": "hmac", **vals})
                self.env.flush_all()

    def test_a_wrong_former_secret_leaves_the_present_one_valid(self):
        # As it was entered before such a secret was refused.
        self.env["logistics.secret"]._write_value(
            self.backend, "webhook_secret_previous", "not base64 %%"
        )
        keys = self.backend._get_signature_keys()
        self.assertEqual(keys, [b"secret-secret-secret"])

    def test_buttons_are_offered_for_what_the_connector_can(self):
        self.assertTrue(self.backend.can_receive)
        self.assertFalse(self.backend.can_subscribe or self.backend.can_poll)

    def test_what_the_partner_says_to_a_button_is_told(self):
        with self.assertRaisesRegex(UserError, "does not support"):
            self.backend.action_subscribe_webhooks()

    def test_resuming_wakes_only_the_lanes_with_something_to_do(self):
        message = self.receive(self.fact("e1"))
        with self.enter_registry_test_mode():
            lanes = self.env["logistics.lane"]._get_due(self.backend.ids)
            self.assertEqual(lanes, message.lane_id)
            self.assertFalse(
                self.env["logistics.lane"]._get_due(self.make_backend().ids)
            )


@tagged("post_install", "-at_install")
class TestBindings(LogisticsCase):
    def setUp(self):
        super().setUp()
        self.bindings = self.env["logistics.binding"]
        self.partner = self.env["res.partner"].create({"name": "A"})

    def bind(self, record, key="7"):
        return self.bindings._bind(self.backend, "order", record, key)

    def test_a_binding_is_made_once(self):
        self.assertTrue(self.bind(self.partner))
        self.assertFalse(self.bind(self.partner))
        found = self.bindings._get_record(self.backend, "order", 7)
        self.assertEqual(found, self.partner)

    def test_an_identifier_means_one_record(self):
        other = self.env["res.partner"].create({"name": "B"})
        self.bind(self.partner)
        with self.assertRaisesRegex(Conflict, "bound to A"):
            self.bind(other)

    def test_an_identifier_whose_record_is_gone_is_free_again(self):
        self.bind(self.partner)
        self.partner.unlink()
        other = self.env["res.partner"].create({"name": "B"})
        self.assertTrue(self.bind(other))
        self.assertEqual(self.bindings._get_record(self.backend, "order", "7"), other)

    def test_a_binding_to_nothing_is_refused(self):
        for model, res_id in (("no.model", 1), ("res.partner", 999999999)):
            with self.assertRaises(ValidationError):
                self.bindings.create(
                    {
                        "backend_id": self.backend.id,
                        "kind": "order",
                        "external_id": "x",
                        "res_model": model,
                        "res_id": res_id,
                    }
                )


@tagged("post_install", "-at_install")
class TestRoutesAndMaps(LogisticsCase):
    def setUp(self):
        super().setUp()
        self.partners = self.env["res.partner"].create(
            [
                {"name": "here", "company_id": self.env.company.id},
                {"name": "shared", "company_id": False},
            ]
        )

    def route(self, **values):
        return self.env["logistics.route"].create(
            {
                "name": "R",
                "res_model": "res.partner",
                "type_id": self.fact_type.id,
                "backend_id": self.backend.id,
                **values,
            }
        )

    def match(self):
        return self.env["logistics.route"]._match(self.partners, "test_fact")

    def test_the_first_route_that_fits_takes_a_record_also_a_shared_one(self):
        other = self.make_backend()
        self.route(domain="[('name', '=', 'here')]", sequence=1)
        self.route(backend_id=other.id, sequence=2)
        self.assertEqual(
            self.match(), {self.backend: self.partners[0], other: self.partners[1]}
        )

    def test_a_draft_or_archived_backend_gets_nothing(self):
        self.route()
        self.backend.active = False
        self.assertFalse(self.match())
        self.backend.active = True
        self.backend.state = "draft"
        self.assertFalse(self.match())

    def test_a_filter_that_is_none_is_refused(self):
        for domain in ("nonsense", "[('no_field', '=', 1)]", "[('name', '=', uid)]"):
            with self.assertRaises(ValidationError, msg=domain):
                self.route(domain=domain)
        with self.assertRaises(ValidationError):
            self.route(res_model="no.model")

    def test_a_value_without_a_map_names_its_side(self):
        maps = self.env["logistics.value.map"]
        for verb, side in (("_to_external", "odoo"), ("_to_odoo", "external")):
            with self.assertRaises(LogisticsError) as caught:
                getattr(maps, verb)(self.backend, "other", "X")
            self.assertEqual(caught.exception.side, side)
        self.assertEqual(maps._to_odoo(self.backend, "other", "X", default="d"), "d")
