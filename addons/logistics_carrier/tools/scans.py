"""What happens to a parcel: a carrier's codes as statuses. Never imports odoo."""

from __future__ import annotations

from collections.abc import Mapping

Status = tuple[str, str | None]
# A carrier says something that its tables do not have: the parcel is on its way.
UNKNOWN: Status = ("in_transit", None)


def by_code(table: Mapping[str, str]) -> dict[str, Status]:
    """Return {the carrier's code: (status, reason)} of a table by status.

    :param table: {"in_transit": "PL DF", "exception customs": "CD UD"}: status and
        reason of the hub -> the carrier's codes
    :raises ValueError: a code occurs twice
    """
    made: dict[str, Status] = {}
    for name, codes in table.items():
        status, _blank, reason = name.partition(" ")
        for code in codes.split():
            if code in made:
                raise ValueError(f"The code {code} occurs twice.")
            made[code] = (status, reason or None)
    return made
