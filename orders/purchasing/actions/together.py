"""Storing what suppliers answer: rounds of any number of orders in a fixed number of statements."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from integrations.outbox.delivery import Letter
from orders.purchasing import mail, odoo_push
from orders.purchasing.actions import rounds
from orders.purchasing.actions.rounds import Held, Round, Said
from orders.purchasing.activities import Asking
from orders.purchasing.date_moves import Cause, DateWatch
from orders.purchasing.lifecycle import AnswerState, LineState
from orders.purchasing.models import Answer, LineAnswer, PurchaseOrderLine
from orders.purchasing.preview import LineOutcome, Outcome
from orders.purchasing.record_keeping import keep_records
from orders.purchasing.rules import Asked, Part
from orders.purchasing.wording import changes_of, sentence_of_answer
from suppliers.journal.actions import Happening, note_many
from suppliers.people.models import User
from suppliers.refusal import Problem


@dataclass(frozen=True, slots=True)
class Heard:
    """An answer to an order that is held, judged and ready to be stored."""

    held: Held
    sent: Round
    outcomes: Sequence[LineOutcome]  # of the lines that are answered
    former_reference: str
    left_open: tuple[Problem, ...] = ()  # why lines are left open that have moved on since

    def items(self) -> list[tuple[PurchaseOrderLine, LineOutcome]]:
        """Return the answered lines, each with what becomes of it."""
        by_id = {line.pk: line for line in self.held.lines}
        return [(by_id[outcome.line_id], outcome) for outcome in self.outcomes]

    @property
    def proposals(self) -> list[tuple[Asked, Sequence[Part], Sequence[str]]]:
        """What the buyer has to decide."""
        return [(one.asked, one.parts, one.deviations) for one in self.outcomes if not one.is_agreed]


@dataclass(frozen=True, slots=True)
class _Stored:
    heard: Heard
    answer: Answer
    said: Sequence[Said]
    asking: Asking


def store_heard(heard: Sequence[Heard], *, by: User, at: datetime, channel: str) -> list[Answer]:
    """Store rounds and all that follows from them; inside the transaction that holds the orders."""
    if not heard:
        return []
    items = [item for one in heard for item in one.items()]
    answers = rounds.store_rounds((one.held.order, one.sent) for one in heard)
    _close_counters(items, by=by, at=at)
    stored = [_told(one, answer) for one, answer in zip(heard, answers, strict=True)]
    watch = DateWatch(line for line, _ in items)
    for one in stored:
        for line, outcome in one.heard.items():
            _move(line, outcome, activity=one.asking.activity, at=at)
    of_line = {said.line.pk: one.answer.round for one in stored for said in one.said}
    watch.store(Cause(str(by), at), rounds=of_line)
    schedule = rounds.store_line_answers([(one.answer, one.said) for one in stored])
    changed = {line.pk: line for line, _ in items}
    changed |= {line.pk: line for one in stored for line in one.asking.tell_again()}
    rounds.close_rounds((one.held for one in heard), list(changed.values()), at=at)
    note_many(((one.heard.held.order, _happening(one)) for one in stored), by=by, at=at, channel=channel)
    keep_records([one.heard.held.order for one in stored], at=at, stored=schedule)
    odoo_push.push_agreement.enqueue_all([_letter(one) for one in stored])
    odoo_push.enqueue_over([one.asking for one in stored])
    mail.tell_buyers_of_proposals(
        [(one.heard.held.order, one.answer, told) for one in stored if (told := one.heard.proposals)]
    )
    return answers


def _told(heard: Heard, answer: Answer) -> _Stored:
    answer.held = heard.left_open
    items = heard.items()
    said = [_said(line, outcome) for line, outcome in items]
    return _Stored(heard, answer, said, Asking(heard.held.order, heard.held.lines))


def _happening(stored: _Stored) -> Happening:
    return Happening(
        _verb(stored.said),
        sentence_of_answer(stored.answer, stored.said),
        changes_of(_deviating(stored.heard.outcomes)),
        stored.answer.comment,
    )


def _letter(stored: _Stored) -> Letter:
    items = stored.heard.items()
    return odoo_push.letter_of_answer(
        stored.heard.held.order,
        stored.answer,
        agreed=[(line, outcome.parts) for line, outcome in items if outcome.is_agreed],
        proposals=stored.heard.proposals,
        former_reference=stored.heard.former_reference,
        again=all(one.confirms_again for one in stored.said),
        asking=stored.asking,
    )


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


def _move(line: PurchaseOrderLine, outcome: LineOutcome, *, activity: str, at: datetime) -> None:
    if outcome.outcome == Outcome.AGREED and line.state in LineState.settled():
        rounds.stand_by(line)
        line.agree()
    elif outcome.is_agreed:
        by_itself = outcome.outcome == Outcome.PASSES
        rounds.promise(line, outcome.parts, activity=activity, at=at, by_itself=by_itself)
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
    items: Iterable[tuple[PurchaseOrderLine, LineOutcome]], *, by: User, at: datetime
) -> None:
    """The buyer's counter-proposals end with the supplier's answer to them."""
    accepted: list[int] = []
    refused: list[int] = []
    for line, outcome in items:
        if line.state == LineState.COUNTERED:
            (refused if outcome.deviations else accepted).append(line.pk)
    for line_ids, state in ((accepted, AnswerState.AGREED), (refused, AnswerState.COUNTERED)):
        if line_ids:
            open_counters = LineAnswer.objects.filter(line__in=line_ids, state=AnswerState.PENDING)
            open_counters.update(state=state, decided_by=by, decided_by_name=str(by)[:200], decided_at=at)
