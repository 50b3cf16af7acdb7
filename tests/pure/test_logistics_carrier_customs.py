"""Where goods cross a customs border."""

import pytest

from odoo.addons.logistics_carrier.customs.tools.territory import needs_customs

FRANCE = ("FR", "69001")
LONDON = ("GB", "SW1A 1AA")
BELFAST = ("GB", "BT1 5GS")


@pytest.mark.parametrize(
    ("origin", "destination", "expected"),
    [
        (FRANCE, ("DE", "10115"), False),
        (FRANCE, ("MC", "98000"), False),
        (FRANCE, ("US", "10001"), True),
        (FRANCE, ("CH", "8001"), True),
        (FRANCE, LONDON, True),
        (FRANCE, BELFAST, False),
        (LONDON, BELFAST, False),
        (LONDON, ("JE", "JE2 3AB"), True),
        (LONDON, ("GB", "je2 3ab"), True),
        (LONDON, ("IM", "IM1 1AA"), False),
        (FRANCE, ("ES", "35001"), True),
        (FRANCE, ("ES", "28001"), False),
        (("ES", "35001"), ("ES", "38001"), False),
        (FRANCE, ("FR", "97400"), True),
        (FRANCE, ("DE", "78266"), True),
        (FRANCE, ("FI", "22100"), True),
        (FRANCE, ("NO", "0150"), True),
        (("CH", "8001"), ("LI", "9490"), False),
        (("US", "10001"), ("PR", "00901"), False),
        (FRANCE, ("DE", None), False),
    ],
)
def test_papers_are_needed_where_a_border_is(origin, destination, expected):
    assert needs_customs(origin, destination) is expected
    assert needs_customs(destination, origin) is expected
