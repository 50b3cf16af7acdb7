"""The oracle complains about what is wrong, and only about that."""

import hashlib
import hmac
from base64 import b64decode, b64encode
from random import Random

import pytest

from proof.chaos import generator, oracle, webhooks
from proof.chaos.webhooks import Post


def test_what_was_acknowledged_and_is_not_stored_is_lost():
    answers = [
        {"id": "a", "status": 202},
        {"id": "b", "status": 200},
        {"id": "c", "status": 500},
        {"id": "d", "status": 0},
    ]
    acknowledged = oracle.acknowledged(answers)
    assert acknowledged == {"a", "b"}
    assert not oracle.never_lost(acknowledged, {"a", "b", "c"})
    assert oracle.never_lost(acknowledged, {"a"}) == [
        "1 acknowledged but not stored: b"
    ]


@pytest.mark.parametrize(
    ("effects", "word"),
    [
        (["a"], "lost: b"),
        (["a", "b", "a"], "double: a"),
        (["a", "b", "x"], "asked for: x"),
    ],
)
def test_an_effect_lost_double_or_invented_is_named(effects, word):
    [complaint] = oracle.exactly_once(["a", "b"], effects)
    assert complaint.endswith(word)


def test_each_effect_once_is_no_complaint():
    assert not oracle.exactly_once(["a", "b"], ["b", "a"])


def test_versions_that_go_back_or_repeat_are_out_of_order():
    assert not oracle.monotonic([("k", 1), ("j", 1), ("k", 2), ("j", 5)])
    assert oracle.monotonic([("k", 2), ("k", 1)])
    assert oracle.monotonic([("k", 1), ("k", 1)])


def test_poison_stops_its_own_key_only():
    versions, poison = {"k": 3, "j": 3}, {"k": 2}
    good = [("k", 1), ("j", 1), ("j", 2), ("j", 3)]
    assert not oracle.stops_at_poison(good, versions, poison)
    assert oracle.stops_at_poison([*good, ("k", 3)], versions, poison)
    assert oracle.stops_at_poison(good[:-1], versions, poison)


def test_sums_that_differ_are_named():
    wanted = oracle.sums([("a", 2), ("b", 1), ("a", 3)])
    assert wanted == {"a": 5, "b": 1}
    assert not oracle.same("sums", wanted, {"b": 1, "a": 5})
    assert "a: wanted 5, found 4" in oracle.same("sums", wanted, {"b": 1, "a": 4})[0]


def test_overlapping_drains_are_counted():
    assert oracle.most_at_once([("a", 0, 2), ("b", 1, 3), ("a", 2.5, 4)]) == 2
    # Two lanes in one batch of one process are one drain.
    assert oracle.most_at_once([("a", 0, 2), ("a", 1, 3)]) == 1
    assert oracle.most_at_once([]) == 0


def test_the_99th_percentile_is_a_value_that_occurred():
    assert oracle.percentile(range(1, 101), 0.99) == 100
    assert oracle.percentile([], 0.99) == 0


def test_a_percentile_has_grown_only_as_much_as_the_samples_prove():
    chance = Random(1)
    calm = [chance.uniform(0.01, 0.05) for _ in range(200)]
    same = [chance.uniform(0.01, 0.05) for _ in range(200)]
    worse = [2 * t for t in calm]
    assert oracle.least_ratio(calm, same, 0.99, chance) < 1.2
    assert oracle.least_ratio(calm, [*same[:-1], 3.0], 0.99, chance) < 1.2
    assert oracle.least_ratio(calm, worse, 0.99, chance) > 1.2
    assert oracle.least_ratio(calm, [*same[:-10], *[0.2] * 10], 0.99, chance) > 1.2


def test_the_same_seed_gives_the_same_facts():
    def made(seed):
        return generator.facts(generator.rng(seed, "row"), "p", 5, 4, poisoned=3)

    assert made(7) == made(7)
    assert made(7) != made(8)


def test_facts_go_version_by_version_and_some_are_poison():
    posts = generator.facts(generator.rng(1, "x"), "p", 10, 3, poisoned=2)
    assert [post.sequence for post in posts] == [1] * 10 + [2] * 10 + [3] * 10
    assert len({post.id for post in posts}) == 30
    assert sum("poison" in post.data for post in posts) == 2


def test_half_of_the_duplicates_leave_at_the_same_instant():
    chance = generator.rng(3, "x")
    posts = generator.movements(chance, "m", ["S1", "S2"], 50)
    groups = generator.disturbed(chance, posts, 0.2)
    assert sum(len(group) for group in groups) == 60
    assert sum(len(group) == 2 for group in groups) == 5
    assert {post.id for group in groups for post in group} == {p.id for p in posts}
    assert [g[0].id for g in groups] != sorted(g[0].id for g in groups)


def test_the_signature_is_that_of_the_standard():
    body = Post("id-1", "key", {"a": 1}).body()
    secret = "whsec_" + b64encode(b"k" * 24).decode()
    wanted = hmac.new(b"k" * 24, b"id-1.1700000000." + body, hashlib.sha256)
    signature = webhooks.sign("id-1", 1700000000, body, secret)
    assert b64decode(signature.removeprefix("v1,")) == wanted.digest()
