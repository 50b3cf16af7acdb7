"""A carrier that takes its time: sells a label for each POST after a fixed delay.

It speaks the hub's own messages; what it counts is asked as in ``slow_partner``.
"""

from __future__ import annotations

import asyncio
import base64
import itertools
import json
import sys
from typing import Any

from .slow_partner import Partner, serve

# As large as a thermal label with a logo and two bar codes.
LABEL = base64.b64encode(b"^XA" + b"^FO20,20^A0N,28^FDLABEL^FS" * 150 + b"^XZ").decode()


class Carrier(Partner):
    """Numbers its parcels."""

    def __init__(self, delay: float) -> None:
        super().__init__(delay)
        self.numbers = itertools.count(1)

    def reply(self, key: str, body: bytes) -> dict[str, Any]:
        """A ``transport_confirmation`` of what was asked for."""
        asked = json.loads(body)["data"]
        parcels = [self._label(parcel["reference"]) for parcel in asked["parcels"]]
        return {
            "id": f"S-{key}",
            "data": {
                "_message_type": "transport_confirmation",
                "_version": 1,
                "reference": asked["reference"],
                "shipment_external_id": f"S-{key}",
                "parcels": parcels,
                "total": {"amount": "9.40", "currency": "EUR"},
                "charges": [{"code": "BASE", "name": "Transport", "amount": "9.40"}],
            },
        }

    def _label(self, reference: str) -> dict[str, Any]:
        number = f"BENCH{next(self.numbers):09}"
        label = {
            "kind": "label",
            "name": number,
            "media_type": "application/zpl",
            "content": LABEL,
        }
        return {
            "reference": reference,
            "tracking_number": number,
            "external_id": number,
            "label": label,
        }


if __name__ == "__main__":
    asyncio.run(serve(Carrier(float(sys.argv[1]))))
