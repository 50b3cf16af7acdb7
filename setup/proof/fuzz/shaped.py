"""Input of any shape for a reader, for Hypothesis."""

from __future__ import annotations

import json
import sys
import time

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from hub.testing import without_odoo

TRICKY = st.sampled_from(
    ["", "\x00", "NaN", "1E999999999", "9" * 400, "²", "-0", "\ud800", "[" * 70, "ß"]
)
TEXTS = TRICKY | st.text(max_size=40)
NUMBERS = st.sampled_from([1e308, -1, 0, 2**63, 10**300]) | st.integers() | st.floats()


def inputs(examples: tuple[bytes, ...]) -> st.SearchStrategy[bytes]:
    """Return mutations of the examples, and texts of the common forms."""
    return st.one_of(
        _mutations(examples), _documents(examples), _markup(), _rows(), st.binary()
    )


def _mutations(examples: tuple[bytes, ...]) -> st.SearchStrategy[bytes]:
    change = st.tuples(
        st.integers(0, 10_000),
        st.integers(0, 12),
        st.binary(max_size=12) | TEXTS.map(_encode),
        st.integers(1, 50),
    )

    def mutate(example: bytes, changes: list) -> bytes:
        for place, dropped, added, times in changes:
            start = place % (len(example) + 1)
            example = example[:start] + added * times + example[start + dropped :]
        return example

    some = st.lists(change, min_size=1, max_size=6)
    return st.builds(mutate, st.sampled_from(examples), some)


def _documents(examples: tuple[bytes, ...]) -> st.SearchStrategy[bytes]:
    """JSON with the names that the examples have, and any values."""
    names = sorted({name for raw in examples for name in _names(raw)} | {"errors"})
    keys = st.sampled_from(names) | TEXTS
    values = st.recursive(
        st.none() | st.booleans() | NUMBERS | TEXTS,
        lambda inner: (
            st.lists(inner, max_size=5) | st.dictionaries(keys, inner, max_size=8)
        ),
        max_leaves=30,
    )
    whole = [json.loads(raw) for raw in examples if _is_object(raw)]
    if whole:
        changed = st.builds(
            lambda base, more: {**base, **more},
            st.sampled_from(whole),
            st.dictionaries(keys, values, max_size=4),
        )
        values |= changed
    return values.map(lambda value: json.dumps(value).encode())


def _markup() -> st.SearchStrategy[bytes]:
    tag = st.sampled_from(["a", "Body", "Fault", "OrderId", "password", "s:x"])
    piece = st.builds("<{0} {1}>{2}</{0}>".format, tag, TEXTS, TEXTS)
    return st.lists(piece, max_size=20).map(lambda found: _encode("".join(found)))


def _rows() -> st.SearchStrategy[bytes]:
    row = st.lists(TEXTS, max_size=12).map(";".join)
    head = "Invoice;Date;Amount;Parcel;Weight\n"
    return st.lists(row, max_size=8).map(lambda rows: _encode(head + "\n".join(rows)))


def _encode(text: str) -> bytes:
    return text.encode("utf-8", "surrogatepass")


def _is_object(raw: bytes) -> bool:
    try:
        return isinstance(json.loads(raw), dict)
    except ValueError:
        return False


def _names(raw: bytes) -> list[str]:
    try:
        value = json.loads(raw)
    except ValueError:
        return []
    found, todo = [], [value]
    while todo:
        value = todo.pop()
        todo += value.values() if isinstance(value, dict) else []
        todo += value if isinstance(value, list) else []
        found += list(value) if isinstance(value, dict) else []
    return found


def main(name: str, seconds: float, target: str) -> int:
    """Search until the time is over; a finding is written and ends it."""
    without_odoo.pytest_configure()
    from .judge import judge
    from .readers import READERS

    end, count = time.monotonic() + seconds, 0
    last: list[bytes] = []

    @settings(
        max_examples=2_000,
        deadline=None,
        database=None,
        suppress_health_check=list(HealthCheck),
        phases=[Phase.generate, Phase.shrink],
    )
    @given(inputs(READERS[name].examples))
    def search(data: bytes) -> None:
        last[:] = [data]
        judge(name, data)

    while time.monotonic() < end:
        try:
            search()
        except BaseException as error:
            with open(target, "wb") as file:
                file.write(last[0])
            print(f"{name}: {error!r}\n  {target}", file=sys.stderr)
            return 1
        count += 2_000
    print(f"{name}: {count} examples")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], float(sys.argv[2]), sys.argv[3]))
