"""Keeping the record of orders in the journal, where nothing can be changed."""

import json
from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime

from orders.purchasing.agreement_record import HEAD, KEPT_LATER, Piece, hash_of, news
from orders.purchasing.models import PurchaseOrder, ScheduleLine
from orders.purchasing.record_content import Moment, content_of, moment_text
from orders.purchasing.record_reading import (
    HASH,
    hash_in,
    pieces_in,
    read_kept,
    read_revisions,
    read_schedule,
)
from suppliers.journal.actions import Happening, note_many
from suppliers.journal.models import RECORD_KEPT, Channel


def keep_records(
    orders: Sequence[PurchaseOrder],
    *,
    at: datetime,
    stored: Iterable[ScheduleLine] = (),
    is_late: bool = False,
) -> int:
    """Keep what both sides have said of orders that are held by now; each comes with company and supplier.

    The journal gets what is new since the record before, and the hash of all of it: the record can be told
    from the journal alone. *stored* is what was stored just now: of a first round that is all there is, and
    nearly all orders are answered in one, so that little is read. Four queries at most, for any number of
    orders. *is_late*: nothing was said just now, and a record that is kept says so. Returns how many were.
    """
    fresh: dict[int, list[ScheduleLine]] = defaultdict(list)
    for row in stored:
        if row.line_answer.answer.round == 1:
            fresh[row.line_answer.answer.order_id].append(row)
    older = [order.pk for order in orders if order.pk not in fresh]
    revisions = read_revisions([order.pk for order in orders])
    schedule = {**read_schedule(older), **fresh} if older else fresh
    kept = read_kept(older) if older else {}
    happenings = []
    for order in orders:
        entries = kept.get(order.pk, ())
        before = pieces_in(entries)
        upto = Moment(order.steps, order.revision)
        now = content_of(schedule.get(order.pk, ()), revisions.get(order.pk, ()), upto)
        number = len(entries) + 1
        now[HEAD] = _head(order, number, at) | ({"kept": KEPT_LATER} if is_late else {})
        told = news(before, now)
        if told.keys() <= {HEAD}:
            continue
        found, former = hash_of(now), hash_in(entries[-1]) if entries else ""
        changes = (
            {"what": HASH, "old": former, "new": found},
            *({"what": name, "old": "", "new": _written(piece)} for name, piece in sorted(told.items())),
        )
        sentence = f"Record {number} of order {order.number}, SHA-256 {found}."
        reason = f"{KEPT_LATER.capitalize()}." if is_late else ""
        happenings.append((order, Happening(RECORD_KEPT, sentence, changes, reason)))
    note_many(happenings, at=at, channel=Channel.SYSTEM, actor_name="Quayside")
    return len(happenings)


def _head(order: PurchaseOrder, number: int, at: datetime) -> Piece:
    return {
        "kind": "head",
        "record": number,
        "order": order.number,
        "buyer": order.company.name,
        "supplier": order.supplier.name,
        "currency": order.currency,
        "time_zone": order.company.time_zone,
        "revision": order.revision,
        "step": order.steps,
        "kept_at": moment_text(at),
    }


def _written(piece: Piece | None) -> str:
    return "" if piece is None else json.dumps(piece, ensure_ascii=False, sort_keys=True)
