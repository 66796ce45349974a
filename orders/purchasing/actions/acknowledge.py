"""The supplier answers an order, line by line or all at once."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from django.db import transaction

from orders.purchasing import mail, odoo_push
from orders.purchasing.actions import rounds
from orders.purchasing.actions.rounds import Round
from orders.purchasing.lifecycle import AnswerState, LineState, Side
from orders.purchasing.models import Answer, LineAnswer, PurchaseOrder, PurchaseOrderLine
from orders.purchasing.positions import asked_of, lines_of
from orders.purchasing.rules import (
    Asked,
    LineReply,
    Part,
    check_replies,
    deviations,
    passes_by_itself,
)
from orders.purchasing.wording import changes_of, sentence_of_answer
from suppliers.journal.actions import Happening, note
from suppliers.people.models import User
from suppliers.refusal import Problem, Refused

_REFERENCE_LENGTH = 64


@transaction.atomic
def acknowledge_order(
    order: PurchaseOrder,
    *,
    by: User,
    revision: int,
    replies: Sequence[LineReply],
    submission: UUID,
    at: datetime,
    supplier_reference: str = "",
    comment: str = "",
    channel: str = "WEB",
) -> Answer:
    """Store the supplier's answer: what equals the request is agreed, what deviates goes to the buyer.

    *revision* is the one the supplier looked at; lines that a later one changed are refused. The same
    *submission* twice is one answer. Raises Refused naming every problem; then nothing is saved.
    """
    sent = Round(Side.SUPPLIER, by, at, submission, channel, comment.strip())
    order = rounds.hold(order)
    if earlier := rounds.earlier_answer(order, sent):
        return earlier
    lines = lines_of(order)
    asked = asked_of(lines)
    _refuse_what_is_wrong(order, asked, replies, revision, supplier_reference, sent)
    former = order.supplier_reference
    order.supplier_reference = supplier_reference.strip() or former
    return _store(order, sent, lines, asked, replies, former_reference=former)


@transaction.atomic
def accept_order(
    order: PurchaseOrder,
    *,
    by: User,
    revision: int,
    submission: UUID,
    at: datetime,
    supplier_reference: str = "",
    channel: str = "WEB",
) -> Answer:
    """Accept every line that waits for the supplier, as asked. Raises Refused like acknowledge_order."""
    order = rounds.hold(order)
    if earlier := rounds.earlier_answer(order, Round(Side.SUPPLIER, by, at, submission, channel)):
        return earlier
    asked = asked_of(lines_of(order))
    waiting = [line for line in asked.values() if line.state in LineState.waiting_for_supplier()]
    if order.is_open and not waiting:
        raise Refused([Problem("lines", "", f"Nothing of order {order.number} waits for your answer")])
    return acknowledge_order(
        order,
        by=by,
        revision=revision,
        replies=[LineReply(line.line_id, line.parts) for line in waiting],
        submission=submission,
        at=at,
        supplier_reference=supplier_reference,
        channel=channel,
    )


def _refuse_what_is_wrong(
    order: PurchaseOrder,
    asked: dict[int, Asked],
    replies: Sequence[LineReply],
    revision: int,
    supplier_reference: str,
    sent: Round,
) -> None:
    if closed := rounds.closed_problem(order):
        raise Refused([closed])
    problems = check_replies(asked, replies, revision=revision, today=rounds.today_at(order, sent.at).date())
    if revision > order.revision or revision < 1:
        problems.insert(
            0,
            Problem(
                "revision", str(revision), f"The order has revisions 1 to {order.revision}", "Reload the page"
            ),
        )
    if len(supplier_reference.strip()) > _REFERENCE_LENGTH:
        problems.append(
            Problem(
                "supplier_reference",
                f"{len(supplier_reference.strip())} characters",
                f"Your order number may have at most {_REFERENCE_LENGTH} characters",
            )
        )
    if problems:
        raise Refused(problems)


def _store(
    order: PurchaseOrder,
    sent: Round,
    lines: list[PurchaseOrderLine],
    asked: dict[int, Asked],
    replies: Sequence[LineReply],
    *,
    former_reference: str,
) -> Answer:
    answer = rounds.store_round(order, sent)
    by_id = {line.pk: line for line in lines}
    before = [(by_id[reply.line_id], asked[reply.line_id], reply.parts) for reply in replies]
    _close_counters(order, before, sent)
    items = []
    for line, wanted, parts in before:
        found = deviations(wanted.parts, parts)
        state = _move(line, parts, found)
        items.append((line, wanted, parts, found, state))
    stored = rounds.store_line_answers(answer, items)
    summary = rounds.close_round(order, [line for line, *_ in items], at=sent.at)
    proposals = [
        (wanted, parts, found) for _, wanted, parts, found, state in items if state == AnswerState.PENDING
    ]
    note(
        order,
        Happening(
            "order.acknowledged",
            sentence_of_answer(answer, agreed=len(items) - len(proposals), proposed=len(proposals)),
            changes=changes_of(proposals),
            reason=answer.comment,
        ),
        by=sent.by,
        at=sent.at,
        channel=sent.channel,
    )
    agreed = [
        (line, parts)
        for (line, _, parts, _, state), _ in zip(items, stored, strict=True)
        if state == AnswerState.AGREED
    ]
    odoo_push.enqueue_answer(
        order,
        answer,
        agreed=agreed,
        proposals=proposals,
        summary=summary,
        former_reference=former_reference,
    )
    if proposals:
        mail.tell_buyers_of_proposal(order, answer, proposals)
    return answer


def _move(line: PurchaseOrderLine, parts: Sequence[Part], found: list[str]) -> AnswerState:
    if passes_by_itself(found):
        rounds.promise(line, parts)
        line.agree()
        return AnswerState.AGREED
    line.propose()
    return AnswerState.PENDING


def _close_counters(
    order: PurchaseOrder, items: Sequence[tuple[PurchaseOrderLine, Asked, Sequence[Part]]], sent: Round
) -> None:
    """The buyer's counter-proposals end with the supplier's answer to them."""
    accepted: list[int] = []
    refused: list[int] = []
    for line, wanted, parts in items:
        if line.state == LineState.COUNTERED:
            (refused if deviations(wanted.parts, parts) else accepted).append(line.pk)
    open_counters = LineAnswer.objects.filter(answer__order=order, state=AnswerState.PENDING)
    for line_ids, state in ((accepted, AnswerState.AGREED), (refused, AnswerState.COUNTERED)):
        if line_ids:
            open_counters.filter(line__in=line_ids).update(
                state=state, decided_by=sent.by, decided_at=sent.at
            )
