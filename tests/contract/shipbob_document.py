"""ShipBob's OpenAPI document, read as strictly as our requests can bear."""

from vendor_contract import VendorContract

from partner_sandbox.dialects.shipbob import ShipBob


class OurRequests(ShipBob):
    """Only what an operation declares: links of the vendor's own are not followed."""

    extra_query = frozenset()


def read() -> VendorContract:
    """Return the document for tests."""
    return VendorContract(OurRequests, frozenset({"shipbob_channel_id"}))
