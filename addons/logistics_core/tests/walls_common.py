"""What proves an addon's walls: every field and every public method, by role.

Each addon's own test lists, in words that a person can read, what people may write
and what they may call. All the rest of the addon must be refused.
"""

import inspect
from contextlib import suppress
from unittest.mock import patch

from odoo import http
from odoo.exceptions import AccessError
from odoo.models import BaseModel
from odoo.service.model import get_public_method
from odoo.tests import new_test_user

from odoo.addons.web.models.models import Base as WebBase

from .. import guard

HUB = ("warehouse_user", "integration_support", "integration_manager", "administrator")
GROUPS = {
    "public": "base.group_public",
    "portal": "base.group_portal",
    "nobody": "base.group_user",
    **{role: f"logistics_core.group_{role}" for role in (*HUB, "service_account")},
}
# Groups of Odoo's own apps, as far as they are installed.
APPS = (
    "stock.group_stock_user",
    "stock.group_stock_manager",
    "sales_team.group_sale_salesman",
    "account.group_account_invoice",
)
# Overrides of Odoo's own methods: the caller's rights are checked by Odoo's part.
ORM = frozenset({"copy_data", "create", "default_get", "onchange", "unlink", "write"})
SAMPLES = {
    "boolean": True,
    "integer": 7,
    "float": 7.5,
    "monetary": 7.5,
    "date": "2001-02-03",
    "datetime": "2001-02-03 04:05:06",
    "binary": "eA==",
    "json": {"a": 1},
    "one2many": [[4, 1]],
    "many2many": [[4, 1]],
    "many2one": 1,
    "many2one_reference": 1,
}


# What Odoo and our guard say to who may not do something.
REFUSAL = "not allowed"


class Reached(Exception):
    """The first line of a public method would have run."""


def as_import(env, field, value):
    """Return (column, cell) of a file that sets a field, None where no file does."""
    if field.type in ("binary", "json", "one2many", "many2one_reference"):
        return None
    if field.type in ("many2one", "many2many"):
        target = env[field.comodel_name].sudo().search([], limit=1)
        return (f"{field.name}/.id", str(target.id)) if target else None
    return field.name, str(value)


def as_check(check):
    """Return (mode, groups) of what a list names; just a mode is for all staff."""
    return (check, "base.group_user") if isinstance(check, str) else check


def _reach():
    raise Reached


class Walls:
    """Mixed into a test case; its lists say what is open, and the rest is closed."""

    maxDiff = None

    addon = ""
    # {model: the fields people write, separated by spaces}
    written = {}
    # {model: the fields that the creator of a row gives, and nobody changes later}
    given = {}
    # {model: the roles, of those in `users`, that create or write its rows}
    writers = {}
    # {address of a route: how Odoo authenticates who calls it}
    routes = {}
    # {model: {mode or (mode, groups): the methods people call, separated by spaces}}
    called = {}
    # Models of which all companies share the rows, with the reason.
    shared = {}

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        apps = [xmlid for xmlid in APPS if cls.env.ref(xmlid, False)]
        groups = {**GROUPS, **{xmlid.split(".")[1]: xmlid for xmlid in apps}}
        internal = ["base.group_system", *(GROUPS[role] for role in HUB), *apps]
        # The strongest person there is, who is still no engine.
        groups["everything"] = ",".join(internal)
        cls.users = {
            role: new_test_user(cls.env, f"wall_{role}", groups=spec)
            for role, spec in groups.items()
        }
        cls.everybody = cls.users["everything"]

    def get_fields(self):
        """Yield (model, field) of what this addon defines and the database keeps."""
        for model in self.env.values():
            if model._abstract:
                continue
            for field in model._fields.values():
                modules = () if field.inherited else field._modules
                mine = modules and modules[0] == self.addon
                if mine and (field.store or field.inverse):
                    yield model, field

    def get_closed(self):
        """Yield (model, field) of what not even the strongest person writes."""
        for model, field in self.get_fields():
            if field.name not in self.written.get(model._name, "").split():
                yield model, field

    def get_barred(self):
        """Yield (model, field, users who must not write it)."""
        for model, field in self.get_closed():
            yield model, field, self.users.values()
        for model, field in self.get_fields():
            group = model._logistics_group_fields.get(field.name)
            if group:
                users = self.users.values()
                yield model, field, [u for u in users if not u.has_group(group)]

    def get_sample(self, field):
        """Return a value that is not the default."""
        default = self.env[field.model_name]._logistics_defaults([field.name])
        if field.type == "selection":
            values = field.get_values(self.env)
            return next(v for v in values if v != default.get(field.name))
        if field.type == "boolean":
            return not default.get(field.name)
        return SAMPLES.get(field.type, "something")

    def is_refused(self, call, *args):
        try:
            call(*args)
        except AccessError:
            return True
        return False

    def test_every_field_has_its_writer(self):
        found = {}
        for model, field in self.get_fields():
            if field.name not in model.with_user(self.everybody)._logistics_denied():
                found.setdefault(model._name, set()).add(field.name)
        wanted = {name: set(names.split()) for name, names in self.written.items()}
        self.assertEqual(found, wanted)

    def test_what_a_creator_gives_is_listed(self):
        found = {}
        for model, field in self.get_fields():
            _engine, once, _links = model._logistics_walls()
            if field.name in once:
                found.setdefault(model._name, set()).add(field.name)
        wanted = {name: set(names.split()) for name, names in self.given.items()}
        self.assertEqual(found, wanted)

    def test_the_roles_that_write_are_listed(self):
        """Access rights by model, of each model that has a field on the lists.

        A model of another addon of the suite is on the list of that addon.
        """
        found = {}
        for name in {*self.written, *self.given}:
            model = self.env[name]
            owner = model._original_module
            if owner != self.addon and owner.startswith("logistics_"):
                continue
            found[name] = {
                role
                for role, user in self.users.items()
                if role != "everything"
                and any(
                    model.with_user(user).has_access(mode)
                    for mode in ("create", "write")
                )
            }
        wanted = {name: set(roles.split()) for name, roles in self.writers.items()}
        self.assertEqual(found, wanted)

    def test_no_role_writes_what_is_closed(self):
        passed = []
        for model, field, users in self.get_barred():
            once = self.is_once(model, field)
            values = {field.name: self.get_sample(field)}
            for user in users:
                mine = model.with_user(user)
                if not once and not self.is_refused(mine.create, values):
                    passed.append(("create", model._name, field.name, user.login))
                if not self.is_refused(mine.write, values):
                    passed.append(("write", model._name, field.name, user.login))
        self.assertFalse(passed)

    def test_no_default_of_a_client_sets_what_is_closed(self):
        """Neither the context, nor what users store as their default."""
        passed, defaults = [], self.env["ir.default"].with_user(self.everybody)
        for model, field in self.get_closed():
            if self.is_once(model, field) or field.type in ("binary", "json"):
                continue
            value, mine = self.get_sample(field), model.with_user(self.everybody)
            names = [field.name]
            own = mine._logistics_defaults(names).get(field.name, False)
            if isinstance(value, str) and not field.type.startswith("date"):
                defaults.set(model._name, field.name, value, user_id=True)
            for records in (
                mine,
                mine.with_context(**{f"default_{field.name}": value}),
                mine.sudo().with_context(**{f"default_{field.name}": value}),
            ):
                got = records.default_get(names).get(field.name, False)
                if got == value and got != own:
                    passed.append((model._name, field.name))
                got = records._add_missing_default_values({}).get(field.name, False)
                if got == value and got != own:
                    passed.append(("create", model._name, field.name))
        self.assertFalse(passed)

    def is_once(self, model, field):
        return field.name in model._logistics_walls()[1]

    def get_refused(self):
        """Yield (model of a user, field, value) of what that user must not set."""
        for model, field, users in self.get_barred():
            if self.is_once(model, field):
                continue
            value = self.get_sample(field)
            # Who is in no group that counts is refused like the strongest.
            for user in [u for u in users if u == self.everybody] or users:
                yield model.with_user(user), field, value

    def test_no_import_sets_what_is_closed(self):
        passed, tried = [], 0
        for mine, field, value in self.get_refused():
            cell = as_import(self.env, field, value)
            if not cell:
                continue
            tried += 1
            with self.env.cr.savepoint():
                result = mine.load([cell[0]], [[cell[1]]])
            said = " ".join(str(m["message"]) for m in result["messages"])
            if result["ids"] or REFUSAL not in said:
                passed.append((mine._name, field.name, mine.env.user.login, said))
        self.assertFalse(passed)
        self.assertTrue(tried or not list(self.get_closed()))

    def test_no_form_sets_what_is_closed(self):
        passed = []
        for mine, field, value in self.get_refused():
            # What Odoo's own onchange gets, after all of ours.
            with (
                patch.object(WebBase, "onchange", autospec=True) as onchange,
                suppress(AccessError),
            ):
                mine.onchange({field.name: value}, [field.name], {field.name: {}})
            own = mine._logistics_defaults({field.name}).get(field.name)
            for call in onchange.call_args_list:
                if value != own and call.args[1].get(field.name) == value:
                    passed.append((mine._name, field.name, mine.env.user.login))
        self.assertFalse(passed)

    def test_no_copy_takes_what_is_closed(self):
        passed = []
        for mine, field, value in self.get_refused():
            copied = {"name": "Copy", field.name: value}
            values = {}
            with (
                patch.object(BaseModel, "copy_data", lambda *a, c=copied: [dict(c)]),
                suppress(AccessError),
            ):
                values = mine.copy_data()[0]
            if field.name in values:
                passed.append((mine._name, field.name, mine.env.user.login))
        self.assertFalse(passed)

    def get_methods(self):
        """Yield (model, name, function) of what a remote call of ours reaches."""
        ours = f"odoo.addons.{self.addon}."
        for model in self.env.values():
            for base in inspect.getmro(type(model)):
                if not base.__module__.startswith(ours) or ".tests." in base.__module__:
                    continue
                if getattr(base, "_name", None) != model._name:
                    continue  # of a mixin, which is looked at itself
                for method, value in vars(base).items():
                    if callable(value) and self.is_public(model, method):
                        yield model, method, value

    def is_public(self, model, method):
        try:
            get_public_method(model, method)
        except (AccessError, AttributeError):
            return False
        return True

    def get_buttons(self):
        for model, name, function in self.get_methods():
            if name not in ORM:
                yield model, name, function

    def test_every_public_method_checks_who_calls(self):
        found = {}
        for model, name, function in self.get_buttons():
            check = getattr(function, "_logistics_button", None)
            self.assertTrue(check, f"{model._name}.{name} has no @button")
            found.setdefault(model._name, {}).setdefault(check, set()).add(name)
        wanted = {
            model: {as_check(check): set(n.split()) for check, n in checks.items()}
            for model, checks in self.called.items()
        }
        self.assertEqual(found, wanted)

    def test_rights_are_checked_before_the_first_line(self):
        passed = []
        with patch.object(guard, "engine", _reach):
            for model, name, function in self.get_buttons():
                _mode, groups = function._logistics_button
                for role, user in self.users.items():
                    barred = role in ("public", "portal") or not user.has_groups(groups)
                    try:
                        function(model.with_user(user))
                    except AccessError:
                        continue
                    except Reached:
                        if barred:
                            passed.append((model._name, name, role))
        self.assertFalse(passed)

    def test_company_is_checked_before_the_first_line(self):
        """Access rights and rules of the records, which name their company."""
        with patch.object(guard, "engine", _reach):
            for model, name, function in self.get_buttons():
                with (
                    patch.object(
                        type(model), "check_access", autospec=True
                    ) as check_access,
                    self.assertRaises(AccessError, msg=f"{model._name}.{name}"),
                ):
                    check_access.side_effect = AccessError("Not yours.")
                    function(model.with_user(self.everybody))
                mode = function._logistics_button[0]
                self.assertEqual(check_access.call_args.args[1], mode)

    def test_every_row_belongs_to_a_company(self):
        rules = self.env["ir.rule"].search([("global", "=", True)])
        ruled = {r.model_id.model for r in rules if "company_id" in r.domain_force}
        left = {
            name
            for name, model in self.env.items()
            if model._original_module == self.addon
            and not (model._abstract or model._transient)
            and name not in ruled
        }
        self.assertEqual(left, set(self.shared))

    def test_a_dialog_serves_who_opened_it(self):
        passed = []
        with patch.object(guard, "engine", _reach):
            for model, name, function in self.get_buttons():
                if not model._transient:
                    continue
                dialog = model.with_user(self.everybody).new({})
                field, other = model._fields["create_uid"], self.users["administrator"]
                field._update_cache(dialog, other.id)
                try:
                    function(dialog)
                except AccessError:
                    continue
                except Reached:
                    passed.append((model._name, name))
        self.assertFalse(passed)

    def test_routes_are_listed(self):
        rules = http._generate_routing_rules([self.addon], nodb_only=False)
        ours = f"odoo.addons.{self.addon}."
        found = {
            url: endpoint.routing["auth"]
            for url, endpoint in rules
            if endpoint.func.__module__.startswith(ours)
        }
        self.assertEqual(found, self.routes)
