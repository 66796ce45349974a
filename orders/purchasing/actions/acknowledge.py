"""The supplier answers an order, line by line or all at once; or many orders together."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import transaction

from orders.purchasing.actions import rounds
from orders.purchasing.actions.rounds import Held, Round
from orders.purchasing.actions.together import Heard, store_heard
from orders.purchasing.checking import conflict_of
from orders.purchasing.lifecycle import Side
from orders.purchasing.models import Answer, PurchaseOrder
from orders.purchasing.past_dates import needing_new_dates
from orders.purchasing.positions import asked_of, lines_of, today_at
from orders.purchasing.preview import Draft, OrderOutcome, acceptance, judge
from orders.purchasing.rules import Asked, LineReply
from suppliers.people.models import User
from suppliers.policies.lookup import rulebooks
from suppliers.policies.rulebook import Rulebook
from suppliers.refusal import Problem, Refused

_REFERENCE_LENGTH = 64


@dataclass(frozen=True, slots=True)
class Sending:
    """A supplier's answer to one order on its way: what is said of the *revision* that was looked at."""

    revision: int
    replies: Sequence[LineReply]
    submission: UUID  # of the form: the same one twice is one answer
    supplier_reference: str = ""
    comment: str = ""


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
    sending = Sending(revision, replies, submission, supplier_reference, comment)
    held = rounds.hold_together([order.pk])[order.pk]
    (answer,) = acknowledge_together([(held, sending)], by=by, at=at, channel=channel)
    if isinstance(answer, Refused):
        raise answer
    return answer


def acknowledge_together(
    sendings: Sequence[tuple[Held, Sending]], *, by: User, at: datetime, channel: str
) -> list[Answer | Refused]:
    """Store answers to orders that are held: a fixed number of queries, whatever the number of orders.

    Otherwise like acknowledge_order, but what is wrong with an order stands in its place among the answers;
    the others are stored. Inside the transaction that holds the orders.
    """
    earlier_ones = Answer.objects.filter(submission__in=[sending.submission for _, sending in sendings])
    known = {answer.submission: answer for answer in earlier_ones}
    fresh = [held.order for held, sending in sendings if sending.submission not in known]
    books = rulebooks({(order.company, order.supplier_id) for order in fresh}, at=at) if fresh else {}
    found: list[Answer | Refused | Heard] = []
    for held, sending in sendings:
        sent = Round(Side.SUPPLIER, by, at, sending.submission, channel, sending.comment.strip())
        try:
            if earlier := rounds.made_by(known.get(sending.submission), held.order, sent):
                earlier.held = _left_open(earlier, held.asked, sending.replies, sending.revision)
                found.append(earlier)
            else:
                book = books[held.order.company_id, held.order.supplier_id]
                found.append(_heard(held, sending, sent, book))
        except Refused as refusal:
            found.append(refusal)
    heard = [one for one in found if isinstance(one, Heard)]
    answers = iter(store_heard(heard, by=by, at=at, channel=channel))
    return [next(answers) if isinstance(one, Heard) else one for one in found]


def _heard(held: Held, sending: Sending, sent: Round, book: Rulebook) -> Heard:
    """Judge an answer. Raises Refused naming every problem."""
    outcome = judge(held.order, held.asked, Draft(sending.revision, sending.replies), at=sent.at, book=book)
    _refuse_what_is_wrong(outcome, sending.supplier_reference)
    former = held.order.supplier_reference
    held.order.supplier_reference = sending.supplier_reference.strip() or former
    outcomes = [outcome.lines[reply.line_id] for reply in sending.replies]
    return Heard(held, sent, [one for one in outcomes if not one.is_held], former, outcome.held)


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
