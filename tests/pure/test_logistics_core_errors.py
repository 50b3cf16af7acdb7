"""An error may be reported otherwise than it was raised."""

from odoo.addons.logistics_core.errors import MappingMissing, RateLimited, Rejected


def test_what_is_reported_keeps_the_facts_and_changes_no_original():
    error = Rejected("No.", code="E1", http_status=422, details={"field": "zip"})
    told = error.reported(kind="cancel_refused", remedy="Call them.")
    assert (told.kind, told.remedy) == ("cancel_refused", "Call them.")
    assert (str(told), told.code, told.http_status) == ("No.", "E1", 422)
    assert isinstance(told, Rejected) and told.details == {"field": "zip"}
    assert (error.kind, error.remedy) == (Rejected.kind, Rejected.remedy)


def test_errors_with_arguments_of_their_own_can_be_reported_too():
    missing = MappingMissing("No value.", map_kind="uom", value="DZ").reported(kind="x")
    assert (missing.kind, missing.map_kind, missing.value) == ("x", "uom", "DZ")
    assert missing.remedy == MappingMissing.remedy
    assert RateLimited("Slow.", retry_after=7).reported(kind="x").retry_after == 7
