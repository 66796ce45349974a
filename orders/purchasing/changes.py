"""An order was changed in Odoo: a new revision, and a question for each line that changed."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from integrations.odoo.records import LineRecord, OrderRecord
from orders.purchasing import mail
from orders.purchasing.date_moves import Cause, DateWatch
from orders.purchasing.lifecycle import AnswerState, LineState, summarize
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
from orders.purchasing.models import LineAnswer, PurchaseOrder, PurchaseOrderLine
from orders.purchasing.odoo_push import resume_after_change
from orders.purchasing.revisions import Change, OrderDifference, compare, is_complete
from suppliers.journal.actions import Happening, note
from suppliers.journal.models import Channel

_ASKED_FIELDS = ["state", "requested_on", "asked_quantity", "asked_price", "asked_on", "asked_in_revision"]
_ASKED_FIELDS += ["buyer_quantity", "buyer_price", "buyer_on"]


def apply_change(
    order: PurchaseOrder, lines: dict[int, PurchaseOrderLine], record: OrderRecord, *, now: datetime
) -> None:
    """Bring one changed order up to date; the caller holds its row. *lines* are by Odoo id.

    Answers to unchanged lines stand; proposals on changed lines are superseded, and the supplier is told.
    """
    zone = ZoneInfo(order.company.time_zone)
    was_open = order.is_open
    found = compare(order, lines, record, zone)
    mirror_header(order, record)
    if found.changes:
        order.revision += 1
    reopened = order.is_open and not was_open
    watch = DateWatch(lines.values())
    added = []
    for line_record in record.lines:
        line = lines.get(line_record.odoo_id)
        if line is None:
            added.append(new_line(order, line_record, zone))
        else:
            _refresh(
                order, line, line_record, zone, again=reopened or line_record.odoo_id in found.asked_again
            )
    _cancel_gone(order, lines, found)
    PurchaseOrderLine.objects.bulk_update(lines.values(), LINE_FIELDS + _ASKED_FIELDS)
    PurchaseOrderLine.objects.bulk_create(added)
    watch.store(Cause(order.buyer_name or "Odoo", now, revision=order.revision))
    _supersede(lines.values(), now)
    _close(order, [*lines.values(), *added], now=now)
    if found.changes:
        new_revision(order, record, zone, now=now, changes=found.changes).save()
        _announce(order, found.changes, needs_answer=bool(found.asked_again or reopened), now=now)
    resume_after_change(order, now=now)


def _refresh(
    order: PurchaseOrder, line: PurchaseOrderLine, record: LineRecord, zone: ZoneInfo, *, again: bool
) -> None:
    mirror_line(line, record, zone)
    if not order.is_open or record.quantity <= 0:
        if line.state != LineState.CANCELLED:
            line.cancel()
    elif again:
        ask(line, revision=order.revision)
        line.ask_again()
    elif is_complete(record.received, record.quantity) and line.state in LineState.waiting_for_supplier():
        # Everything has arrived: there is nothing left to promise.
        line.agree()


def _cancel_gone(order: PurchaseOrder, lines: dict[int, PurchaseOrderLine], found: OrderDifference) -> None:
    for odoo_id, line in lines.items():
        if (odoo_id in found.removed or not order.is_open) and line.state != LineState.CANCELLED:
            line.cancel()


def _supersede(lines: Iterable[PurchaseOrderLine], now: datetime) -> None:
    """Proposals on lines that were asked again, or are gone, wait for nobody any more."""
    over = [line.pk for line in lines if line.state not in {LineState.PROPOSED, LineState.COUNTERED}]
    LineAnswer.objects.filter(line__in=over, state=AnswerState.PENDING).update(
        state=AnswerState.SUPERSEDED, decided_at=now
    )


def _close(order: PurchaseOrder, lines: Sequence[PurchaseOrderLine], *, now: datetime) -> None:
    order.summary = summarize(order.state, [line.state for line in lines])
    order.needed_on = earliest_date(lines)
    order.changed_at = now
    order.save(update_fields=[*HEADER_FIELDS, "revision", "summary", "needed_on", "changed_at"])


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
