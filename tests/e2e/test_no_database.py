"""What a partner is answered while there is no database: come back, not go away.

Row 1 of the chaos program stops PostgreSQL for real and refuses any final answer. Here
Odoo finds no database for the request, which takes the same path.
"""

import json
import urllib.error
import urllib.request

import pytest


def test_a_webhook_without_database_is_asked_to_come_again(odoo_server):
    request = urllib.request.Request(
        f"{odoo_server.base_url}/logistics/webhook/anything",
        data=b"{}",
        headers={"X-Odoo-Database": "nowhere"},
    )
    with pytest.raises(urllib.error.HTTPError) as raised:
        urllib.request.urlopen(request, timeout=30)
    answer = raised.value
    assert answer.status == 503
    assert int(answer.headers["Retry-After"]) > 0
    assert json.loads(answer.read())["message"]
