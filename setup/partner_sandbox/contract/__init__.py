"""The one reader of vendors' OpenAPI documents: the sandbox and the tests use it.

``document`` reads a file, ``strict`` closes its schemas, ``contract`` checks requests
and answers, ``example`` fills a schema. Why it is our own: docs/decisions.
"""
