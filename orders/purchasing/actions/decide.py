"""The buyer decides on what the supplier proposed: approve, decline with a reason, or counter."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from django.db import transaction

from orders.purchasing import mail, odoo_push
from orders.purchasing.actions import rounds
from orders.purchasing.actions.proposals import settle_proposals, undecided
from orders.purchasing.actions.rounds import Round, Said
from orders.purchasing.activities import Asking
from orders.purchasing.checking import check_parts
from orders.purchasing.date_moves import Cause, DateWatch
from orders.purchasing.lifecycle import AnswerState, Side
from orders.purchasing.models import Answer, PurchaseOrder
from orders.purchasing.positions import parts_of, today_at
from orders.purchasing.record_keeping import keep_records
from orders.purchasing.rules import Asked, Part, settle
from orders.purchasing.wording import changes_of, sentence_of_decision
from suppliers.journal.actions import Happening, note
from suppliers.people.models import User
from suppliers.refusal import Problem, Refused


@transaction.atomic
def approve_lines(order: PurchaseOrder, *, by: User, answer_ids: Sequence[int], at: datetime) -> None:
    """Agree to the supplier's proposals; what was agreed goes to Odoo.

    *answer_ids* are LineAnswer ids of this order. Raises IllegalMove when one was decided already or the
    order is closed; then nothing is saved.
    """
    order = rounds.hold(order)
    lines, asked, proposals = undecided(order, answer_ids)
    parts = parts_of(proposals)
    agreed, watch, asking = [], DateWatch(lines.values()), Asking(order, lines.values())
    for proposal in proposals:
        line = lines[proposal.line_id]
        if settle(parts[proposal.pk]).delivery_on is None:
            line.refuse()
            line.awaited_change = None
        else:
            rounds.promise(line, parts[proposal.pk], activity=asking.activity, at=at)
            line.agree()
            agreed.append((line, parts[proposal.pk]))
    watch.store(Cause(str(by), at), rounds={one.line_id: one.answer.round for one in proposals})
    settle_proposals(order, proposals, AnswerState.AGREED, by=by, at=at)
    changed = {proposal.line_id: lines[proposal.line_id] for proposal in proposals}
    changed |= {line.pk: line for line in asking.tell_again()}
    summary = rounds.close_round(order, list(changed.values()), at=at)
    changes = changes_of((asked[p.line_id], parts[p.pk], p.deviations) for p in proposals)
    _note(order, "order.approved", "approved", len(proposals), changes, by=by, at=at)
    refused = [asked[p.line_id] for p in proposals if settle(parts[p.pk]).delivery_on is None]
    odoo_push.enqueue_decision(
        order,
        key=f"a{max(answer_ids)}",
        at=at,
        by=by,
        agreed=agreed,
        refused=refused,
        summary=summary,
        asking=asking,
    )
    keep_records([order], at=at)
    mail.tell_supplier_of_decision(order, "approved", changes, by=by, at=at, key=f"a{max(answer_ids)}")


@transaction.atomic
def decline_lines(
    order: PurchaseOrder, *, by: User, answer_ids: Sequence[int], reason: str, at: datetime
) -> None:
    """Insist on what was asked: the lines go back to the supplier with the reason.

    Raises Refused without a reason, IllegalMove when a proposal was decided already or the order is closed.
    """
    if not reason.strip():
        raise Refused([Problem("reason", "nothing", "Say why you decline", "The supplier will read it")])
    order = rounds.hold(order)
    lines, asked, proposals = undecided(order, answer_ids)
    parts = parts_of(proposals)
    for proposal in proposals:
        lines[proposal.line_id].decline()
    settle_proposals(order, proposals, AnswerState.DECLINED, by=by, at=at, reason=reason.strip())
    rounds.close_round(order, [lines[proposal.line_id] for proposal in proposals], at=at)
    changes = changes_of((asked[p.line_id], parts[p.pk], p.deviations) for p in proposals)
    _note(order, "order.declined", "declined", len(proposals), changes, by=by, at=at, reason=reason.strip())
    keep_records([order], at=at)
    mail.tell_supplier_of_decision(
        order, "declined", changes, by=by, at=at, key=f"d{max(answer_ids)}", reason=reason.strip()
    )


@transaction.atomic
def counter_line(
    order: PurchaseOrder,
    *,
    by: User,
    answer_id: int,
    parts: Sequence[Part],
    comment: str,
    submission: UUID,
    at: datetime,
) -> Answer:
    """Answer a proposal with other values; a new round, which the supplier must answer.

    Raises Refused naming every problem with the parts, IllegalMove when the proposal was decided already.
    """
    sent = Round(Side.BUYER, by, at, submission, comment=comment.strip())
    order = rounds.hold(order)
    if earlier := rounds.earlier_answer(order, sent):
        return earlier
    lines, asked, proposals = undecided(order, [answer_id])
    proposal = proposals[0]
    line, wanted = lines[proposal.line_id], asked[proposal.line_id]
    _refuse_wrong_counter(order, wanted, parts, at)
    before = line.state
    line.counter()
    settle_proposals(order, proposals, AnswerState.COUNTERED, by=by, at=at)
    (answer,) = rounds.store_rounds([(order, sent)])
    rounds.store_line_answers([(answer, [Said(line, wanted, parts, AnswerState.PENDING, before)])])
    rounds.take_position(line, parts)
    rounds.close_round(order, [line], at=at)
    changes = changes_of([(wanted, parts, ["date", "quantity", "price"])])
    _note(
        order, "order.countered", "answered with a counter-proposal", 1, changes, by=by, at=at, reason=comment
    )
    keep_records([order], at=at)
    mail.tell_supplier_of_counter(order, answer, changes)
    return answer


def _refuse_wrong_counter(order: PurchaseOrder, wanted: Asked, parts: Sequence[Part], at: datetime) -> None:
    today = today_at(order.company, at)
    problems = check_parts(f"lines.{wanted.line_id}", wanted, parts, today=today)
    if not problems and settle(parts).delivery_on is None:
        problems = [
            Problem(
                f"lines.{wanted.line_id}",
                "no delivery",
                "A counter-proposal names at least one delivery",
                "To do without the line, approve the rejection",
            )
        ]
    if problems:
        raise Refused(problems)


def _note(
    order: PurchaseOrder,
    verb: str,
    done: str,
    count: int,
    changes: Sequence[dict[str, str]],
    *,
    by: User,
    at: datetime,
    reason: str = "",
) -> None:
    happening = Happening(verb, sentence_of_decision(by, done, count), tuple(changes), reason)
    note(order, happening, by=by, at=at)
