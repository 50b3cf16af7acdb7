"""Dangerous goods: taken only under what was agreed with the customer."""

from __future__ import annotations

from .api import Json, refusal
from .const import DANGEROUS, DRY_ICE


def check(asked: Json) -> None:
    """Refuse a service without its content ID, and one that nobody agreed."""
    for service in asked.get("valueAddedServices") or ():
        code = service["serviceCode"]
        contents = service.get("dangerousGoods") or []
        if bool(contents) != (code in DANGEROUS):
            text = f"#/valueAddedServices: {code} and its contentId belong together"
            raise refusal(422, "Unprocessable Entity", "Multiple problems", text)
        for content in contents:
            if content["contentId"] not in DANGEROUS[code]:
                text = f"contentId {content['contentId']} is not approved for {code}"
                raise refusal(422, "Unprocessable Entity", text)
            if (code == DRY_ICE) != ("dryIceTotalNetWeight" in content):
                text = "dryIceTotalNetWeight is for dry ice, and dry ice needs it"
                raise refusal(422, "Unprocessable Entity", text)
