"""What a record says, in words: for its page and its PDF. Moments are told in full: it is for years."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from orders.documents.records import Record
from orders.purchasing.agreement_record import HEAD, Piece
from orders.purchasing.lifecycle import AnswerState, Side
from orders.purchasing.rules import Part, capitalized
from orders.purchasing.wording import date_text, goods_text, price_text
from suppliers.journal.models import Channel
from suppliers.policies.terms import Matter, Outcome


@dataclass(frozen=True, slots=True)
class LineWords:
    """What a round said about a line, or what was agreed about it."""

    name: str
    description: str
    asked: str
    said: list[str]
    outcome: str
    why: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class RoundWords:
    """A round: who said it, when, to which revision, and what about each line."""

    number: int
    who: str
    when: str
    what: str
    comment: str
    lines: list[LineWords]


@dataclass(frozen=True, slots=True)
class RecordWords:
    """A record in words."""

    order: str
    buyer: str
    supplier: str
    kept_at: str
    kept_later: str  # where it was not kept when the last thing was said: how it came about
    zone: str
    revision: int
    agreements: list[LineWords]
    rounds: list[RoundWords]


def words_of(record: Record) -> RecordWords:
    """Return a record in words, with moments in the buyer's zone, as the record names it."""
    head = record.pieces[HEAD]
    teller = _Teller(ZoneInfo(head["time_zone"]), head)
    pieces = list(record.pieces.values())
    rounds = sorted((one for one in pieces if one["kind"] == "round"), key=lambda one: one["round"])
    said = sorted((one for one in pieces if one["kind"] == "said"), key=_place)
    agreed = sorted((one for one in pieces if one["kind"] == "agreement"), key=_place)
    return RecordWords(
        order=head["order"],
        buyer=head["buyer"],
        supplier=head["supplier"],
        kept_at=teller.moment(head["kept_at"]),
        kept_later=capitalized(head.get("kept", "")),
        zone=head["time_zone"],
        revision=head["revision"],
        agreements=[teller.agreement(one) for one in agreed],
        rounds=[
            teller.round(one, [piece for piece in said if piece["round"] == one["round"]]) for one in rounds
        ],
    )


def _place(piece: Piece) -> tuple[int, int]:
    return piece.get("position", 0), piece["line"]


@dataclass(frozen=True, slots=True)
class _Teller:
    zone: ZoneInfo
    head: Piece

    def moment(self, text: str) -> str:
        """Write a moment in the zone: "2026-11-24 10:00:05 CET"."""
        if not text:
            return ""
        return f"{datetime.fromisoformat(text).astimezone(self.zone):%Y-%m-%d %H:%M:%S %Z}"

    def round(self, piece: Piece, said: Sequence[Piece]) -> RoundWords:
        is_supplier = piece["side"] == Side.SUPPLIER
        name = self.head["supplier"] if is_supplier else self.head["buyer"]
        channel = Channel(piece["channel"]).label if piece["channel"] in Channel.values else piece["channel"]
        kind = "answer" if is_supplier else "counter-proposal"
        return RoundWords(
            number=piece["round"],
            who=f"{piece['by']}, {name}",
            when=self.moment(piece["at"]),
            what=f"{kind} to revision {piece['revision']}, by {channel.lower()}",
            comment=piece["comment"],
            lines=[self.said(one, is_supplier=is_supplier) for one in said],
        )

    def said(self, piece: Piece, *, is_supplier: bool) -> LineWords:
        asked = piece["asked"]
        wanted = Part(Decimal(asked["quantity"]), _day(asked["on"]), Decimal(asked["price"]))
        if is_supplier:
            # What is in another product or unit and does not differ was asked for like that.
            first = _read(piece["said"][0])
            kept = {"product": ("product_code", "product_name"), "unit": ("unit",)}
            names = [one for kind, fields in kept.items() if kind not in piece["differs"] for one in fields]
            wanted = replace(wanted, **{name: getattr(first, name) for name in names})
        return LineWords(
            name=_name(piece),
            description=_description(piece),
            asked=self._part(wanted, piece["unit"]),
            said=[self._part(_read(one), piece["unit"]) for one in piece["said"]],
            outcome=self._outcome(piece, is_supplier=is_supplier),
            why=[_judged(one) for one in piece["judged"]],
        )

    def agreement(self, piece: Piece) -> LineWords:
        return LineWords(
            name=_name(piece),
            description=_description(piece),
            asked="",
            said=[self._part(_read(one), piece["unit"]) for one in piece["said"]],
            outcome=f"{piece['state'].capitalize()}, round {piece['round']}",
        )

    def _part(self, part: Part, unit: str) -> str:
        if part.reason and part.delivery_on is None:
            return f"{goods_text(part, unit)} not at all: {part.reason}"
        on = f" on {date_text(part.delivery_on)}" if part.delivery_on else ""
        said = f"{goods_text(part, unit)}{on} at {price_text(part.unit_price)} {self.head['currency']}"
        return f"{said} ({part.reason})" if part.reason else said

    def _outcome(self, piece: Piece, *, is_supplier: bool) -> str:
        state = piece.get("outcome")
        by, at = piece.get("decided_by", ""), self.moment(piece.get("decided_at", ""))
        whom = ", ".join(filter(None, [f"by {by}" if by else "", at]))
        reason = f": {piece['reason']}" if piece.get("reason") else ""
        if state is None:
            return "Counter-proposal; the supplier's next answer ends it"
        if state == AnswerState.AGREED and not by:
            if piece.get("again"):
                return "Confirmed again"
            return (
                "Accepted by itself, under the buyer's policies" if piece["differs"] else "Confirmed as asked"
            )
        words = {
            AnswerState.PENDING: "Waits for the buyer's decision"
            if is_supplier
            else "Waits for the supplier",
            AnswerState.AGREED: "Approved",
            AnswerState.DECLINED: "Declined",
            AnswerState.COUNTERED: "Answered with a counter-proposal",
            AnswerState.WITHDRAWN: "Taken back",
            AnswerState.SUPERSEDED: "Closed by itself" if reason else "Overtaken by a change of the order",
        }[AnswerState(state)]
        return f"{words} {whom}{reason}".strip()


def _name(piece: Piece) -> str:
    place = f"Line {piece['position']}" if "position" in piece else "Line"
    return f"{place} · {piece['product']}" if piece["product"] else place


def _description(piece: Piece) -> str:
    off = f"prices are less {piece['discount']} %" if "discount" in piece else ""
    return " · ".join(filter(None, [piece.get("description", ""), off]))


def _read(part: dict[str, str]) -> Part:
    price = part.get("price")
    return Part(
        Decimal(part["quantity"]),
        _day(part.get("on", "")),
        Decimal(price) if price else None,
        part.get("reason", ""),
        part.get("product_code", ""),
        part.get("product_name", ""),
        part.get("unit", ""),
    )


def _day(text: str) -> date | None:
    return date.fromisoformat(text) if text else None


def _judged(finding: dict[str, Any]) -> str:
    ends = {
        Outcome.PASSES: "accepted by itself",
        Outcome.NEEDS_BUYER: "the buyer decides",
        Outcome.REFUSED: "refused",
    }
    matter, end = Matter(finding["matter"]).label, ends[Outcome(finding["outcome"])]
    if not finding["policy"]:
        return f"{matter}: {end}, no policy says otherwise"
    return f"{matter}: {end} under “{finding['policy']}” (version {finding['version']})"
