"""The supplier answers an order, line by line or all at once."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from uuid import UUID

from django.db import transaction

from orders.purchasing import mail, odoo_push
from orders.purchasing.actions import rounds
from orders.purchasing.actions.rounds import Round, Said
from orders.purchasing.checking import conflict_of
from orders.purchasing.date_moves import Cause, DateWatch
from orders.purchasing.lifecycle import AnswerState, LineState, Side
from orders.purchasing.models import Answer, LineAnswer, PurchaseOrder, PurchaseOrderLine
from orders.purchasing.past_dates import needing_new_dates
from orders.purchasing.positions import asked_of, lines_of, today_at
from orders.purchasing.preview import Draft, LineOutcome, OrderOutcome, Outcome, acceptance, judge
from orders.purchasing.rules import Asked, LineReply, Part
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
    """Store the supplier's answer: what equals the request is agreed, and what deviates is for policies.

    They let it pass or leave it to the buyer; without one the buyer decides. *revision* is the one the
    supplier looked at; lines that have moved on since are left open, and ``answer.held`` says why. The same
    *submission* twice is one answer. Raises Refused naming every problem; then nothing is saved.
    """
    sent = Round(Side.SUPPLIER, by, at, submission, channel, comment.strip())
    order = rounds.hold(order)
    lines = lines_of(order)
    asked = asked_of(lines)
    if earlier := rounds.earlier_answer(order, sent):
        earlier.held = _left_open(earlier, asked, replies, revision)
        return earlier
    found = judge(order, asked, Draft(revision, replies), at=at)
    _refuse_what_is_wrong(found, supplier_reference)
    former = order.supplier_reference
    order.supplier_reference = supplier_reference.strip() or former
    outcomes = [found.lines[reply.line_id] for reply in replies if not found.lines[reply.line_id].is_held]
    answer = _store(order, sent, lines, outcomes, former_reference=former)
    answer.held = found.held
    return answer


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
    leaves_past: bool = False,
) -> Answer:
    """Accept every line that waits for the supplier, as asked. Raises Refused like acknowledge_order.

    With *leaves_past* the lines whose day has passed stay open: they need a new date.
    """
    order = rounds.hold(order)
    if earlier := rounds.earlier_answer(order, Round(Side.SUPPLIER, by, at, submission, channel)):
        return earlier
    asked = asked_of(lines_of(order))
    past = needing_new_dates(order, asked, on=today_at(order.company, at)) if leaves_past else ()
    waiting = acceptance(asked.values(), leaving=past)
    if order.is_open and not waiting:
        raise Refused([Problem("lines", "", f"Nothing of order {order.number} waits for your answer")])
    return acknowledge_order(
        order,
        by=by,
        revision=revision,
        replies=waiting,
        submission=submission,
        at=at,
        supplier_reference=supplier_reference,
        channel=channel,
    )


def _left_open(
    earlier: Answer, asked: Mapping[int, Asked], replies: Sequence[LineReply], revision: int
) -> tuple[Problem, ...]:
    """Say of the same form's second arrival what was left open at the first."""
    answered = set(earlier.lines.values_list("line_id", flat=True))
    open_lines = [asked[reply.line_id] for reply in replies if reply.line_id in asked.keys() - answered]
    conflicts = (conflict_of(line, revision=revision) for line in open_lines)
    return tuple(conflict for conflict in conflicts if conflict)


def _refuse_what_is_wrong(found: OrderOutcome, supplier_reference: str) -> None:
    """Refuse an answer with any problem, and one of which nothing would be left but what is held."""
    problems = list(found.problems)
    if problems or all(line.is_held for line in found.lines.values()):
        problems += found.held
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
    lines: Sequence[PurchaseOrderLine],
    found: Sequence[LineOutcome],
    *,
    former_reference: str,
) -> Answer:
    answer = rounds.store_round(order, sent)
    by_id = {line.pk: line for line in lines}
    items = [(by_id[outcome.line_id], outcome) for outcome in found]
    _close_counters(order, items, sent)
    said, watch = [_said(line, outcome) for line, outcome in items], DateWatch(line for line, _ in items)
    awaited = {line.pk: line.awaited_change for line, _ in items}
    for line, outcome in items:
        _move(line, outcome)
    watch.store(Cause(str(sent.by), sent.at, round=answer.round))
    rounds.store_line_answers(answer, said)
    summary = rounds.close_round(order, [line for line, _ in items], at=sent.at)
    proposals = [(one.asked, one.parts, one.deviations) for one in found if not one.is_agreed]
    happening = Happening(
        _verb(said), sentence_of_answer(answer, said), changes_of(_deviating(found)), answer.comment
    )
    note(order, happening, by=sent.by, at=sent.at, channel=sent.channel)
    odoo_push.enqueue_answer(
        order,
        answer,
        agreed=[(line, outcome.parts) for line, outcome in items if outcome.is_agreed],
        proposals=proposals,
        summary=summary,
        former_reference=former_reference,
        again=all(one.confirms_again for one in said),
        # What Odoo's users were told before is not told again.
        foreign=[
            (line, outcome.parts)
            for line, outcome in items
            if line.awaited_change and line.awaited_change != awaited[line.pk]
        ],
    )
    if proposals:
        mail.tell_buyers_of_proposal(order, answer, proposals)
    return answer


def _said(line: PurchaseOrderLine, outcome: LineOutcome) -> Said:
    return Said(
        line=line,
        asked=outcome.asked,
        parts=outcome.parts,
        state=AnswerState.AGREED if outcome.is_agreed else AnswerState.PENDING,
        before=line.state,
        deviations=outcome.deviations,
        verdict=outcome.verdict,
    )


def _move(line: PurchaseOrderLine, outcome: LineOutcome) -> None:
    if outcome.is_agreed:
        rounds.promise(line, outcome.parts, by_itself=outcome.outcome == Outcome.PASSES)
        line.agree()
    else:
        line.propose()


def _verb(said: Sequence[Said]) -> str:
    """Confirming again what was agreed is another thing in the journal than agreeing."""
    return "order.confirmed_again" if all(one.confirms_again for one in said) else "order.acknowledged"


def _deviating(found: Sequence[LineOutcome]) -> list[tuple[Asked, Sequence[Part], Sequence[str]]]:
    """What differs from what was asked: the journal holds what passed by itself as well."""
    return [(one.asked, one.parts, one.deviations) for one in found if one.deviations]


def _close_counters(
    order: PurchaseOrder, items: Sequence[tuple[PurchaseOrderLine, LineOutcome]], sent: Round
) -> None:
    """The buyer's counter-proposals end with the supplier's answer to them."""
    accepted: list[int] = []
    refused: list[int] = []
    for line, outcome in items:
        if line.state == LineState.COUNTERED:
            (refused if outcome.deviations else accepted).append(line.pk)
    open_counters = LineAnswer.objects.filter(answer__order=order, state=AnswerState.PENDING)
    for line_ids, state in ((accepted, AnswerState.AGREED), (refused, AnswerState.COUNTERED)):
        if line_ids:
            open_counters.filter(line__in=line_ids).update(
                state=state, decided_by=sent.by, decided_at=sent.at
            )
