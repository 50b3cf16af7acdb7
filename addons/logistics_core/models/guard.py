"""Fields that people do not write, whatever their access rights say.

It is built into every model, so that no model can leave it out. Four rules hold
for the fields that the suite defines:

- A stored field with `readonly=True` belongs to the engine. `readonly` alone only
  concerns forms; here it also holds for create, write, copy, import and onchange.
- A field of `_logistics_engine_fields` belongs to the engine as well.
- A field of `_logistics_group_fields` belongs to the engine for all who are not in
  its group.
- Who links a record must be allowed to read it.

What counts are the values after all defaults. For a field of the engine, neither
the context nor a stored default of a user sets a value.
"""

from odoo import SUPERUSER_ID, api, models, tools
from odoo.exceptions import AccessError
from odoo.fields import Command

from odoo.addons.base.models.ir_model import MODULE_UNINSTALL_FLAG

from ..guard import is_engine

PREFIX = "logistics_"
LINKS = ("many2one", "many2many", "one2many")


class Base(models.AbstractModel):
    _inherit = "base"

    # Fields that forms show as editable, and that only the engine writes.
    _logistics_engine_fields = frozenset()
    # Read-only fields that the creator of a row gives, and nobody changes later.
    _logistics_once_fields = frozenset()
    # Fields that people write while the `state` of the row is "draft".
    _logistics_draft_fields = frozenset()
    # {field: the group whose members write it}
    _logistics_group_fields = {}

    @tools.ormcache()
    def _logistics_walls(self):
        """Return (fields of the engine, of them those set once, {link: model})."""
        ours = {name: field for name, field in self._fields.items() if _is_ours(field)}
        engine = {name for name, f in ours.items() if f.readonly and f.store}
        links = {
            name: f.comodel_name
            for name, f in ours.items()
            if f.store and f.type in LINKS
        }
        declared = self._logistics_declared("_logistics_engine_fields")
        once = self._logistics_declared("_logistics_once_fields")
        return frozenset(engine | (declared & self._fields.keys())), once, links

    def _logistics_declared(self, name):
        """Return what all addons declare of a model: a later one only adds."""
        return frozenset().union(
            *(vars(base).get(name, ()) for base in type(self).__mro__)
        )

    def _logistics_denied(self, creating=False):
        """Return the fields that the user must not write."""
        engine, once, _links = self._logistics_walls()
        if creating and once:
            engine -= once
        if self._logistics_group_fields:
            groups = self._logistics_group_fields.items()
            has = self.env.user.has_group
            engine |= {name for name, group in groups if not has(group)}
        return engine

    @api.model
    def default_get(self, fields):
        values = super().default_get(fields)
        denied = self._logistics_denied(creating=True).intersection(fields)
        if denied:
            values = {k: v for k, v in values.items() if k not in denied}
            values |= self._logistics_defaults(denied)
        return values

    def _logistics_defaults(self, names):
        """Return what the model itself sets: no context, no default of a user."""
        kept = ("lang", "tz", "allowed_company_ids")
        context = self.env.context
        model = self.with_env(
            self.env(context={k: context[k] for k in kept if k in context})
        )
        values = {}
        for name in names:
            field = self._fields[name]
            if field.default:
                value = field.convert_to_cache(field.default(model), self, False)
                values[name] = field.convert_to_write(value, self)
        return values

    def _add_missing_default_values(self, values):
        """Check what a person creates, once it is complete: nothing goes around it."""
        if is_engine(self.env):
            return super()._add_missing_default_values(values)
        given = self._logistics_denied(creating=True).intersection(values)
        if given:
            own = self._logistics_defaults(given)
            self._logistics_refuse(
                {n for n in given if (values[n] or False) != (own.get(n) or False)}
            )
        values = super()._add_missing_default_values(values)
        self._logistics_check_links(values)
        return values

    def write(self, vals):
        if not is_engine(self.env):
            self._logistics_check_write(vals)
        return super().write(vals)

    def _logistics_check_write(self, vals):
        denied = self._logistics_denied().intersection(vals)
        drafts = self._logistics_draft_fields.intersection(vals)
        if drafts and any(record.state != "draft" for record in self):
            denied |= drafts
        # Forms send some fields again that a person cannot change.
        soft = denied & (drafts | self._logistics_group_fields.keys())
        self._logistics_refuse(denied - self._logistics_unchanged(soft, vals))
        self._logistics_check_links(vals)

    def _logistics_unchanged(self, names, vals):
        """Return the fields that stay as they are in all records."""
        same = set(names) if self else set()
        for name in names:
            convert = self._fields[name].convert_to_write
            if any(convert(record[name], record) != vals[name] for record in self):
                same.discard(name)
        return same

    def copy_data(self, default=None):
        vals_list = super().copy_data(default)
        if not is_engine(self.env):
            dropped = self._logistics_denied(creating=True).difference(default or ())
            vals_list = [
                {k: v for k, v in vals.items() if k not in dropped}
                for vals in vals_list
            ]
        return vals_list

    def onchange(self, values, field_names, fields_spec):
        if not is_engine(self.env):
            denied = self._logistics_denied(creating=not self).intersection(values)
            own = self._logistics_defaults(denied) if denied and not self else {}
            values = {k: v for k, v in values.items() if k not in denied}
            values |= {n: own.get(n, False) for n in denied if not self}
            self._logistics_check_links(values)
            changed = [n for n in field_names if n in values or n not in denied]
            if field_names and not changed:
                return {"value": {}}
            field_names = changed
        return super().onchange(values, field_names, fields_spec)

    def unlink(self):
        if self.env.context.get(MODULE_UNINSTALL_FLAG) and not (
            self._logistics_is_uninstall()
        ):
            ours = self._name.startswith("logistics.") or self._logistics_walls()[0]
            if ours:  # Odoo would skip our checks; a client may not ask for that.
                kept = {**self.env.context, MODULE_UNINSTALL_FLAG: False}
                return super(Base, self.with_env(self.env(context=kept))).unlink()
        return super().unlink()

    def _logistics_is_uninstall(self):
        """Return whether Odoo removes an addon: a client only says so."""
        flag = self.env.context.get(MODULE_UNINSTALL_FLAG)
        return bool(flag) and self.env.uid == SUPERUSER_ID

    def _logistics_check_links(self, vals):
        """Nobody links what they may not see: our code follows links as superuser."""
        for name, model in self._logistics_walls()[2].items():
            if vals.get(name):
                known = self.sudo()[name].ids if len(self) == 1 else ()
                ids = [i for i in _get_linked_ids(vals[name]) if i not in known]
                self.env[model].browse(ids).check_access("read")

    def _logistics_refuse(self, names):
        if names:
            raise AccessError(
                self.env._(
                    "You are not allowed to set %(fields)s of %(model)s. The Logistics"
                    " Hub or somebody with another role does that.",
                    fields=", ".join(sorted(names)),
                    model=self._description,
                )
            )


def _is_ours(field):
    """Return whether an addon of the suite defines it; what is inherited is not here.

    A field that comes by `_inherits` is written to its own record, and checked there.
    """
    modules = field._modules
    return bool(modules) and modules[0].startswith(PREFIX) and not field.inherited


def _get_linked_ids(value):
    """Return the ids that a value of a relational field points to."""
    if isinstance(value, models.BaseModel):
        return value.ids
    if isinstance(value, dict):  # as a form sends a record with its name
        value = value.get("id")
    if not isinstance(value, (list, tuple)):
        return [value] if isinstance(value, int) else []
    ids = []
    for item in value:
        if not isinstance(item, (list, tuple)):
            ids.append(item)
        elif item[0] == Command.SET:
            ids += item[2]
        elif item[0] in (Command.LINK, Command.UPDATE):
            ids.append(item[1])
    # A row that a form has not saved yet has a word for an id.
    return [id_ for id_ in ids if isinstance(id_, int)]
