"""What carriers' connectors declare: verbs and options. Never imports odoo."""

from __future__ import annotations

# What a shipping instruction may ask for: declared one by one, or all with this.
SHIPMENT_OPTIONS = frozenset(
    {
        "return_label",
        "multi_parcel",
        "customs",
        "dangerous_goods",
        "insurance",
        "third_party_billing",
        "signature",
        "saturday",
    }
)
# Message of a carrier -> what the methods `_send_…` and `_lookup_…` are named after.
_VERBS = {
    "transport_instruction": "shipment",
    "transport_batch": "batch",
    "transport_void": "void",
    "transport_manifest": "manifest",
    "transport_pickup": "pickup",
    "transport_proof": "proof",
    "transport_document": "document",
}


def senders(*names: str) -> dict[str, str]:
    """Return `_senders` of these verbs: `shipment` is `_send_shipment`."""
    return {kind: f"_send_{verb}" for kind, verb in _VERBS.items() if verb in names}


def lookups(*names: str) -> dict[str, str]:
    """Return `_lookups` of these verbs: `shipment` is `_lookup_shipment`."""
    return {kind: f"_lookup_{verb}" for kind, verb in _VERBS.items() if verb in names}
