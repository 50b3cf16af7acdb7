"""What the partners will say, from a seed. The same seed gives the same facts."""

from __future__ import annotations

import random
from collections.abc import Sequence

from .webhooks import Post


def rng(seed: int, row: str) -> random.Random:
    """A source of chance for one row, the same whichever other rows run."""
    return random.Random(f"{seed}/{row}")


def facts(
    chance: random.Random,
    prefix: str,
    keys: int,
    versions: int,
    poisoned: int = 0,
    poison: str = "permanent",
) -> list[Post]:
    """``keys`` x ``versions`` facts, version by version; some are poison."""
    posts = [
        Post(
            f"{prefix}-{key}-{version}",
            f"{prefix}-{key}",
            {
                "_message_type": "chaos_fact",
                "_version": 1,
                "key": f"{prefix}-{key}",
                "revision": version,
                "value": chance.randrange(1000),
            },
            sequence=version,
        )
        for version in range(1, versions + 1)
        for key in range(keys)
    ]
    for number in chance.sample(range(len(posts)), poisoned):
        posts[number].data["poison"] = poison
    return posts


def movements(
    chance: random.Random, prefix: str, skus: Sequence[str], count: int
) -> list[Post]:
    """Stock movements out of the warehouse; each has a key of its own."""
    return [
        Post(
            f"{prefix}-{number}",
            f"{prefix}-{number}",
            {
                "_message_type": "chaos_stock",
                "_version": 1,
                "reference": f"{prefix}-{number}",
                "sku": chance.choice(skus),
                "quantity": chance.randint(1, 9),
            },
        )
        for number in range(count)
    ]


def shipments(prefix: str, references: Sequence[str], sku: str) -> list[Post]:
    """The partner reports each of these deliveries as shipped in full."""
    return [
        Post(
            f"{prefix}-{reference}",
            reference,
            {
                "_message_type": "outbound_notification",
                "_version": 1,
                "reference": reference,
                "status": "shipped",
                "shipment_external_id": f"S-{reference}",
                "remaining": "closed",
                "parcels": [
                    {
                        "tracking_number": f"T-{reference}",
                        "lines": [{"sku": sku, "quantity": "1", "uom": "EA"}],
                    }
                ],
            },
        )
        for reference in references
    ]


def disturbed(
    chance: random.Random, posts: Sequence[Post], share: float
) -> list[list[Post]]:
    """Shuffled, with duplicates: a list of groups, each sent at one instant.

    Half of the duplicates are at the same instant as their twin, half come at
    another time.
    """
    doubled = chance.sample(list(posts), round(len(posts) * share))
    together = {post.id for post in doubled[: len(doubled) // 2]}
    groups = [[post, post] if post.id in together else [post] for post in posts]
    groups += [[post] for post in doubled[len(doubled) // 2 :]]
    chance.shuffle(groups)
    return groups
