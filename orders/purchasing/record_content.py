"""What the record of an order says, made of its rows as they stood after one of its steps."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from itertools import groupby
from typing import Any

from orders.purchasing.agreement_record import Piece, Pieces
from orders.purchasing.lifecycle import AnswerState, Side
from orders.purchasing.models import Answer, LineAnswer, OrderRevision, ScheduleLine
from orders.purchasing.revisions import asked_again_in
from orders.purchasing.rules import Part


@dataclass(frozen=True, slots=True)
class Moment:
    """Up to where a record reaches: what was said or decided by this step, and the order's revision then."""

    step: int
    revision: int


def content_of(schedule: Sequence[ScheduleLine], revisions: Sequence[OrderRevision], upto: Moment) -> Pieces:
    """Return the pieces of a record but for its head.

    *schedule* comes with line answers, answers and lines, by round, line answer and position. Nothing that
    changes later by itself goes in: names of people and products are those of the time.
    """
    revisions = [row for row in revisions if row.number <= upto.revision]
    names = _Names(revisions)
    pieces: Pieces = {}
    agreed: dict[int, _Agreed] = {}
    for line_answer, rows in groupby(schedule, key=lambda row: row.line_answer):
        answer = line_answer.answer
        if answer.step > upto.step:
            continue
        parts = [row.part for row in rows]
        pieces.setdefault(f"round {answer.round}", _round(answer))
        piece = _said(line_answer, parts, upto) | names.of(line_answer, answer.revision)
        pieces[f"round {answer.round}, line {line_answer.line.odoo_id}"] = piece
        if piece.get("outcome") == AnswerState.AGREED:
            agreed[line_answer.line.odoo_id] = _Agreed(line_answer, parts)
    changed = asked_again_in({row.number: row.changes for row in revisions}, upto.revision)
    for odoo_id, one in agreed.items():
        if one.line_answer.answer.revision >= changed.get(odoo_id, 1):
            pieces[f"agreement, line {odoo_id}"] = one.piece() | names.of(one.line_answer, upto.revision)
    return pieces


@dataclass(frozen=True, slots=True)
class _Agreed:
    line_answer: LineAnswer
    parts: list[Part]

    def piece(self) -> Piece:
        is_coming = any(part.is_delivered for part in self.parts)
        return {
            "kind": "agreement",
            "line": self.line_answer.line.odoo_id,
            "state": "agreed" if is_coming else "will not be delivered",
            "round": self.line_answer.answer.round,
            "said": [_part(part) for part in self.parts],
        }


class _Names:
    """What lines were called in each revision: place, product and unit."""

    def __init__(self, revisions: Sequence[OrderRevision]) -> None:
        self._known: dict[int, dict[int, Piece]] = defaultdict(dict)
        for row in revisions:
            for position, line in enumerate(row.snapshot.get("lines", []), start=1):
                self._known[row.number][line["line"]] = {
                    "position": position,
                    "product": line.get("code", ""),
                    "description": line.get("description", "").partition("\n")[0],
                    "unit": line.get("unit", ""),
                    # Prices are before it.
                    **({"discount": off} if (off := line.get("discount", "0")) != "0" else {}),
                }

    def of(self, line_answer: LineAnswer, revision: int) -> Piece:
        """Return a line's names; for orders from before revisions were kept, those of now."""
        line = line_answer.line
        known = self._known.get(revision, {}).get(line.odoo_id)
        return known or {"product": line.product_code, "unit": line.unit}


def _round(answer: Answer) -> Piece:
    return {
        "kind": "round",
        "round": answer.round,
        "side": answer.side,
        "by": answer.by_name or str(answer.by),
        "at": moment_text(answer.at),
        "channel": answer.channel,
        "revision": answer.revision,
        "comment": answer.comment,
    }


def _said(line_answer: LineAnswer, parts: Sequence[Part], upto: Moment) -> Piece:
    piece: Piece = {
        "kind": "said",
        "round": line_answer.answer.round,
        "line": line_answer.line.odoo_id,
        "asked": {
            "quantity": _number(line_answer.asked_quantity),
            "price": _number(line_answer.asked_price),
            "on": line_answer.asked_on.isoformat() if line_answer.asked_on else "",
        },
        "said": [_part(part) for part in parts],
        "differs": list(line_answer.deviations),
        "judged": [_finding(one) for one in (line_answer.verdict or {}).get("findings", [])],
    }
    if line_answer.confirms_again:
        piece["again"] = True
    return piece | _outcome(line_answer, upto)


def _outcome(line_answer: LineAnswer, upto: Moment) -> Piece:
    """Return what had become of it by then.

    A counter-proposal ends with the supplier's next answer, which is a round of its own; only that a change
    of the order overtook it is said here.
    """
    is_counter = line_answer.answer.side == Side.BUYER
    if is_counter and line_answer.state != AnswerState.SUPERSEDED:
        return {}
    if line_answer.decided_at is None:
        return {"outcome": line_answer.state}
    if line_answer.decided_step > upto.step:
        return {} if is_counter else {"outcome": AnswerState.PENDING.value}
    by = line_answer.decided_by
    return {
        "outcome": line_answer.state,
        "decided_by": line_answer.decided_by_name or (str(by) if by else ""),
        "decided_at": moment_text(line_answer.decided_at),
        "reason": line_answer.decision_reason,
    }


def _finding(found: Mapping[str, Any]) -> Piece:
    policy = found.get("policy") or {}
    return {
        "matter": found["matter"],
        "outcome": found["outcome"],
        "policy": policy.get("name", ""),
        "version": policy.get("number", 0),
    }


def _part(part: Part) -> Piece:
    said = {
        "quantity": _number(part.quantity),
        "on": part.delivery_on.isoformat() if part.delivery_on else "",
        "price": _number(part.unit_price),
        "reason": part.reason,
        "product_code": part.product_code,
        "product_name": part.product_name,
        "unit": part.unit,
    }
    return {name: text for name, text in said.items() if text}


def _number(number: Decimal | None) -> str:
    return "" if number is None else f"{number.normalize():f}"


def moment_text(moment: datetime) -> str:
    """Write a moment as records have it: UTC, to the microsecond."""
    return moment.astimezone(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")
