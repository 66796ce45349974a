"""An order was changed in Odoo: a new revision, and a question for each line that changed."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from operator import attrgetter
from zoneinfo import ZoneInfo

from integrations.odoo.records import LineRecord, OrderRecord
from integrations.outbox.delivery import Letter
from orders.purchasing import mail
from orders.purchasing.activities import activities_of, over_since
from orders.purchasing.arrivals import Arrivals
from orders.purchasing.closing import close_arrived, tell_of_closed
from orders.purchasing.coming_due import arrived_since_asked
from orders.purchasing.date_moves import Cause, DateWatch
from orders.purchasing.lifecycle import AnswerState, LineState, OrderState, OrderSummary, summarize
from orders.purchasing.mirror import (
    HEADER_FIELDS,
    LINE_FIELDS,
    ask,
    earliest_date,
    mirror_header,
    mirror_line,
    new_line,
    new_revision,
)
from orders.purchasing.models import LineAnswer, OrderRevision, PurchaseOrder, PurchaseOrderLine
from orders.purchasing.odoo_push import (
    enqueue_settled,
    letter_of_over,
    push_change_over,
    resume_after_change,
)
from orders.purchasing.record_keeping import keep_records
from orders.purchasing.revisions import Change, OrderDifference, compare, is_complete
from orders.purchasing.rules import Settled
from orders.purchasing.saving import save_together
from orders.purchasing.wording import plural
from suppliers.journal.actions import Happening, note
from suppliers.journal.models import Channel

_ASKED_FIELDS = ["state", "requested_on", "asked_quantity", "asked_price", "asked_on", "asked_in_revision"]
_ASKED_FIELDS += ["buyer_quantity", "buyer_price", "buyer_on"]
_LINE_FIELDS = [*LINE_FIELDS, *_ASKED_FIELDS, "awaited_change"]
_ORDER_FIELDS = [*HEADER_FIELDS, "revision", "steps", "summary", "needed_on", "changed_at"]
_values = attrgetter(*_LINE_FIELDS)


@dataclass(frozen=True, slots=True)
class _Changed:
    """One order that was brought up to date in memory, and what has to be stored of it."""

    order: PurchaseOrder
    record: OrderRecord
    found: OrderDifference
    lines: Sequence[PurchaseOrderLine]
    rewritten: Sequence[PurchaseOrderLine]
    added: Sequence[PurchaseOrderLine]
    dates: DateWatch
    arrivals: Arrivals
    reopened: bool
    over: dict[str, list[PurchaseOrderLine]]  # activities in Odoo that nothing waits for any more


def apply_changes(
    changed: Iterable[tuple[PurchaseOrder, dict[int, PurchaseOrderLine], OrderRecord]], *, now: datetime
) -> None:
    """Bring changed orders up to date; the caller holds their rows. Lines are by Odoo id.

    Answers to unchanged lines stand; proposals on changed lines are superseded, and the supplier is told.
    What agreements brought comes back as a change as well, so all are stored together and only what differs.
    """
    everything = [_bring_up_to_date(order, lines, record, now=now) for order, lines, record in changed]
    orders = [one.order for one in everything]
    closed = close_arrived(((one.order, one.lines) for one in everything), now=now)
    arrived = arrived_since_asked(line for one in everything if one.order.is_open for line in one.lines)
    for line in arrived:
        line.agree()
    for one in everything:
        states = [line.state for line in (*one.lines, *one.added)]
        one.order.summary = summarize(one.order.state, states)
    rewritten = {line.pk: line for one in everything for line in one.rewritten}
    rewritten |= {line.pk: line for line in arrived} | {line.pk: line for one in closed for line in one.lines}
    save_together(list(rewritten.values()), _LINE_FIELDS)
    PurchaseOrderLine.objects.bulk_create([line for one in everything for line in one.added])
    overtaken = _supersede(everything, now)
    save_together(orders, _ORDER_FIELDS)
    for one in everything:
        cause = Cause(one.order.buyer_name or "Odoo", now, revision=one.order.revision)
        one.dates.store(cause)
    _revise([one for one in everything if one.found.changes], now=now)
    overtaken |= {one.order.pk: one.order for one in closed}
    if overtaken:
        keep_records(list(overtaken.values()), at=now)
    tell_of_closed(closed, now=now)
    for one in everything:
        if one.arrivals:
            _settle(one.order, one.arrivals, now=now)
    push_change_over.enqueue_all([letter for one in everything for letter in _letters_of_over(one)])
    resume_after_change(orders, now=now)


def _bring_up_to_date(
    order: PurchaseOrder, lines: dict[int, PurchaseOrderLine], record: OrderRecord, *, now: datetime
) -> _Changed:
    zone = ZoneInfo(order.company.time_zone)
    was_open = order.is_open
    found = compare(order, lines, record, zone)
    mirror_header(order, record)
    if found.changes:
        order.revision += 1
    reopened = order.is_open and not was_open
    dates, arrivals = DateWatch(lines.values()), Arrivals(lines.values(), record.lines)
    before, activities = {pk: _values(line) for pk, line in lines.items()}, activities_of(lines.values())
    # New lines first: one may bring what another waits for that is gone now.
    rows = [row for row in record.lines if row.odoo_id not in lines]
    brought = arrivals.take_new(rows, zone)
    found.asked_again -= brought.keys()
    added = [_new_line(order, row, zone, brought.get(row.odoo_id)) for row in rows]
    for line_record in record.lines:
        if line := lines.get(line_record.odoo_id):
            arrivals.take_over(line, line_record)
            again = reopened or line_record.odoo_id in found.asked_again
            keeps_waiting = order.is_open and arrivals.keeps_waiting(line, line_record)
            _refresh(order, line, line_record, zone, again=again, keeps_waiting=keeps_waiting)
            arrivals.hold(line)
    _cancel_gone(order, lines, record, arrivals)
    rewritten = [line for pk, line in lines.items() if _values(line) != before[pk]]
    order.needed_on = earliest_date([*lines.values(), *added])
    order.changed_at = now
    order.steps += 1
    over = over_since(activities, lines.values())
    return _Changed(
        order, record, found, list(lines.values()), rewritten, added, dates, arrivals, reopened, over
    )


def _new_line(
    order: PurchaseOrder, record: LineRecord, zone: ZoneInfo, agreed: Settled | None
) -> PurchaseOrderLine:
    """Return a line that Odoo has now, agreed already where it brings what was waited for."""
    line = new_line(order, record, zone, agreed=agreed is not None)
    if agreed is not None:
        line.first_promised_on = line.promised_on = agreed.delivery_on
    return line


def _settle(order: PurchaseOrder, arrivals: Arrivals, *, now: datetime) -> None:
    """What was waited for has come: what else was agreed follows, and what had waited for the lines."""
    settled = [line for line in arrivals.settled if line.state not in LineState.waiting_for_supplier()]
    if settled:
        sentence = f"Odoo holds what was agreed about {plural(len(settled), 'line')}."
        happening = Happening("order.settled", sentence)
        note(order, happening, by=None, at=now, channel=Channel.ODOO, actor_name=order.buyer_name or "Odoo")
    to_write = [line for line in arrivals.to_write if line.state in LineState.settled()]
    if to_write or (settled and arrivals.is_over and order.summary == OrderSummary.AGREED):
        enqueue_settled(order, to_write)


def _letters_of_over(one: _Changed) -> list[Letter]:
    """Close the activities whose lines hold what was agreed, or are not to be changed any more."""
    order, settled = one.order, {line.pk for line in one.arrivals.settled}
    letters = []
    for activity, lines in one.over.items():
        if all(line.pk in settled and line.state not in LineState.waiting_for_supplier() for line in lines):
            words = f"Odoo holds what was agreed with {order.supplier}."
        elif order.is_open:
            words = "The order was changed otherwise since, so nothing of this is left to do."
        else:
            words = f"The order is {OrderState(order.state).label.lower()}, so there is nothing left to do."
        letters.append(letter_of_over(order, activity, words))
    return letters


def _refresh(
    order: PurchaseOrder,
    line: PurchaseOrderLine,
    record: LineRecord,
    zone: ZoneInfo,
    *,
    again: bool,
    keeps_waiting: bool,
) -> None:
    mirror_line(line, record, zone)
    if not order.is_open or (record.quantity <= 0 and not keeps_waiting):
        line.awaited_change = None
        if line.state != LineState.CANCELLED:
            line.cancel()
    elif again:
        ask(line, revision=order.revision)
        line.ask_again()
    elif is_complete(record.received, record.quantity) and line.state in LineState.waiting_for_supplier():
        # Everything has arrived: there is nothing left to promise.
        line.agree()


def _cancel_gone(
    order: PurchaseOrder, lines: dict[int, PurchaseOrderLine], record: OrderRecord, arrivals: Arrivals
) -> None:
    present = {row.odoo_id for row in record.lines}
    for odoo_id, line in lines.items():
        if line.state == LineState.CANCELLED or (odoo_id in present and order.is_open):
            continue
        if order.is_open and arrivals.keeps_waiting(line, None):
            line.quantity = line.asked_quantity = line.subtotal = Decimal(0)
        else:
            line.awaited_change = None
            line.cancel()


def _supersede(everything: Sequence[_Changed], now: datetime) -> dict[int, PurchaseOrder]:
    """Proposals on lines that were asked again, or are gone, are over. Returns the orders that had any."""
    waiting = {LineState.PROPOSED, LineState.COUNTERED}
    orders = {line.pk: one.order for one in everything for line in one.lines if line.state not in waiting}
    over = list(LineAnswer.objects.filter(line__in=list(orders), state=AnswerState.PENDING))
    for answer in over:
        answer.state, answer.decided_at = AnswerState.SUPERSEDED, now
        answer.decided_step = orders[answer.line_id].steps
    save_together(over, ["state", "decided_at", "decided_step"])
    return {orders[answer.line_id].pk: orders[answer.line_id] for answer in over}


def _revise(changed: Sequence[_Changed], *, now: datetime) -> None:
    OrderRevision.objects.bulk_create(
        new_revision(
            one.order, one.record, ZoneInfo(one.order.company.time_zone), now=now, changes=one.found.changes
        )
        for one in changed
    )
    for one in changed:
        needs_answer = bool(one.found.asked_again or one.reopened)
        _announce(one.order, one.found.changes, needs_answer=needs_answer, now=now)


def _announce(order: PurchaseOrder, changes: Sequence[Change], *, needs_answer: bool, now: datetime) -> None:
    note(
        order,
        Happening(
            "order.changed",
            f"Changed in Odoo: revision {order.revision}.",
            tuple(
                {"what": f"{change['label']}, {change['field']}", "old": change["old"], "new": change["new"]}
                for change in changes
            ),
        ),
        by=None,
        at=now,
        channel=Channel.ODOO,
        actor_name=order.buyer_name or "Odoo",
    )
    if needs_answer or any(change["field"] == "state" for change in changes):
        mail.tell_supplier_of_change(order, changes, at=now)
