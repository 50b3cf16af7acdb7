"""Functions that run inside Odoo, in the processes of odoo_worker.

Each takes an environment of the superuser and JSON values, and returns JSON.
The transaction is committed after the function.
"""
