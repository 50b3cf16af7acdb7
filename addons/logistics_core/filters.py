"""Filters that people type, which the engine evaluates later.

A filter tells its author something: what waits, what is routed. So it may only ask what
the author may read.
"""

import ast

from odoo import fields

SUBDOMAINS = ("any", "not any")


def read_filter(text):
    """Return the Domain of a filter's text.

    :raises ValueError, SyntaxError, TypeError: it is none
    """
    return fields.Domain(ast.literal_eval(text or "[]"))


def check_filter(records, domain):
    """Check that the user of a model may read all that a domain asks of its records.

    :param records: the model, in the environment of the author
    :raises AccessError: a field for others, or a model the author may not read
    :raises ValueError: a field that does not exist
    """
    if records is None:
        raise ValueError("Only what a field links to can be asked for more.")
    if records.env.su:
        return
    for condition in fields.Domain(domain).iter_conditions():
        records.check_access("read")
        _check_condition(records, condition)


def _check_condition(records, condition):
    *way, last = condition.field_expr.split(".")
    for name in way:
        records = _follow(records, name)
        if records is None:  # a part of a date, a property
            return
        records.check_access("read")
    inner, value = _follow(records, last), condition.value
    if condition.operator in SUBDOMAINS:
        check_filter(records if last == "id" else inner, value)
    elif inner is not None and not _is_ids(value):
        inner.check_access("read")  # it is searched by its name


def _follow(records, name):
    """Return the model that a readable field links to; None: it links to none."""
    field = records._fields.get(name)
    if field is None:
        raise ValueError(f"{records._name} has no field {name}")
    records._check_field_access(field, "read")
    return records.env[field.comodel_name] if field.comodel_name else None


def _is_ids(value):
    values = value if isinstance(value, (list, tuple, set, frozenset)) else [value]
    return all(value is None or isinstance(value, int) for value in values)
