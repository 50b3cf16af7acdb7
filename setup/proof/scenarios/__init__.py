"""Scenarios of the demonstration, one folder each.

A scenario is a folder with a module ``scenario``, which has one function::

    def run(context: ScenarioContext) -> dict[str, Any]:

It works on a running system through ``context`` as a person or partner would: over
HTTP, never on the database or on Odoo's Python. It prints what a person wants to
see to standard output, and returns what ``--json`` prints as one JSON object;
``"seconds"`` is added by the command. A false ``"ok"`` in it, or any exception,
makes the command fail; so does a count that is not 0, of those that the result names
in ``"must_be_zero"``, which is not printed.
"""
