"""The record of what two sides said and agreed about an order: its pieces, its serialization, its hash. Pure.

The format is written down in docs/records.md, so that anybody can compute the hash without Quayside.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

FORMAT = "quayside-record/1"

# One thing the record says, as plain JSON: the head, a round, what a round says about a line, an agreement.
Piece = dict[str, Any]
Pieces = dict[str, Piece]

HEAD = "head"
# What the head of a record says that was not written when somebody said or decided something.
KEPT_LATER = "kept later, from what was stored then"


@dataclass(frozen=True, slots=True)
class Difference:
    """A field that is not as it was recorded. Texts; empty where there is none."""

    piece: str  # "round 2, line 17"
    field: str  # "said"
    recorded: str
    found: str


def serialized(pieces: Mapping[str, Piece]) -> bytes:
    """Return the record as bytes: the same content is always the same bytes."""
    content = {"format": FORMAT, "pieces": pieces}
    return json.dumps(content, sort_keys=True, ensure_ascii=False, separators=(",", ":")).encode()


def hash_of(pieces: Mapping[str, Piece]) -> str:
    """Return the SHA-256 of the record, as hexadecimal digits."""
    return sha256(serialized(pieces)).hexdigest()


def news(before: Mapping[str, Piece], now: Mapping[str, Piece]) -> dict[str, Piece | None]:
    """Return what is new or different in *now*; None for what is gone."""
    found: dict[str, Piece | None] = {name: piece for name, piece in now.items() if before.get(name) != piece}
    return found | dict.fromkeys(before.keys() - now.keys())


def with_news(before: Mapping[str, Piece], told: Mapping[str, Piece | None]) -> Pieces:
    """Return the pieces after what was told."""
    merged = {**before, **told}
    return {name: piece for name, piece in merged.items() if piece is not None}


def differences(recorded: Mapping[str, Piece], found: Mapping[str, Piece]) -> list[Difference]:
    """Say field by field where two records differ; the head, which no row holds, is left out."""
    differing = []
    for name in sorted((recorded.keys() | found.keys()) - {HEAD}, key=_in_order):
        then, now = recorded.get(name, {}), found.get(name, {})
        differing += [
            Difference(name, field, _text(then.get(field)), _text(now.get(field)))
            for field in sorted(then.keys() | now.keys())
            if then.get(field) != now.get(field)
        ]
    return differing


def _in_order(name: str) -> tuple[str, list[int]]:
    """Sort "round 10" behind "round 9"."""
    numbers = [int(word) for word in name.replace(",", " ").split() if word.isdecimal()]
    return name.partition(" ")[0], numbers


def _text(value: Any) -> str:
    if value is None or value == "":
        return ""
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, sort_keys=True)
