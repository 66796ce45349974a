"""How long suppliers have to answer is said in versions: who says it, what is wrong with it, what holds."""

import uuid
from dataclasses import replace
from datetime import date

import pytest
from django.db import InternalError, ProgrammingError, transaction

from orders.deadlines.actions import end_answer_terms, set_answer_terms
from orders.deadlines.drafts import TermsDraft
from orders.deadlines.lifecycle import DeadlineKind, StepCode
from orders.deadlines.models import AnswerTerms, Deadline
from orders.deadlines.rules import Terms
from orders.deadlines.terms import terms_of
from orders.deadlines.wording import terms_text
from orders.purchasing.mail import tell_supplier_of_new_order
from suppliers.journal.models import JournalEntry
from suppliers.refusal import IllegalMove, Refused
from tests import factories
from tests.orders.deadlines.conftest import MONDAY, at

TODAY = date(2026, 11, 23)
TWO_DAYS = TermsDraft(hours=16, interval=2, starts_on=TODAY, reason="Our customers wait")


@pytest.fixture
def say(cast, max_):
    """Set terms of Northwind: ``say(hours=8)``, for one supplier ``say(cast.acme, hours=8)``."""

    def set_(supplier=None, *, by=max_, after=None, submission=None, **draft):
        newest = AnswerTerms.objects.order_by("-pk").first()
        return set_answer_terms(
            cast.northwind,
            by=by,
            supplier_id=supplier.pk if supplier else None,
            draft=replace(TWO_DAYS, **draft),
            after=(newest.pk if newest else 0) if after is None else after,
            submission=submission or uuid.uuid4(),
            at=MONDAY,
        )

    return set_


@pytest.fixture
def end(cast, max_):
    """End what holds: ``end()``, ``end(cast.acme)``."""

    def end_(supplier=None, *, reason="No longer needed", after=None):
        newest = AnswerTerms.objects.order_by("-pk").first()
        return end_answer_terms(
            cast.northwind,
            by=max_,
            supplier_id=supplier.pk if supplier else None,
            on=TODAY,
            reason=reason,
            after=(newest.pk if newest else 0) if after is None else after,
            submission=uuid.uuid4(),
            at=MONDAY,
        )

    return end_


def holds(cast, on=TODAY, supplier=None):
    pair = (cast.northwind.pk, (supplier or cast.acme).pk)
    return terms_of([pair], on=on)[pair]


def test_what_is_said_holds_from_its_day_on_and_is_in_the_journal(cast, say, max_):
    row = say(again_hours=8, tells_manager=False)
    assert holds(cast) == Terms(16, 2, 8, (StepCode.BACKUP, StepCode.BUYER))
    assert (row.by, row.at, row.reason) == (max_, MONDAY, "Our customers wait")
    entry = JournalEntry.objects.get(verb="terms.set")
    assert (
        entry.sentence
        == "Max Manager set the time to answer of all suppliers of Northwind Distribution from 2026-11-23 on."
    )
    assert entry.changes[0]["new"] == (
        "16 working hours to answer, 8 to confirm again; 2 working hours after it the supplier's second"
        " contact is told, and after 2 more each the buyer"
    )


def test_the_supplier_s_own_count_first_and_may_be_ended(cast, say, end):
    say()
    say(cast.acme, hours=4)
    assert (holds(cast).hours, holds(cast, supplier=cast.globex).hours) == (4, 16)
    end(cast.acme)
    assert holds(cast).hours == 16
    end()
    assert holds(cast) == Terms()


def test_later_ones_wait_for_their_day_and_some_end_by_themselves(cast, say):
    say()
    say(hours=40, starts_on=date(2026, 12, 20), ends_on=date(2027, 1, 3), reason="Christmas")
    hours = [
        holds(cast, on=day).hours for day in (TODAY, date(2026, 12, 20), date(2027, 1, 3), date(2027, 1, 4))
    ]
    assert hours == [16, 40, 40, 16]


def test_of_two_from_the_same_day_the_newer_holds(cast, say):
    say()
    say(hours=12)
    assert holds(cast).hours == 12


def test_everything_that_is_wrong_is_named_at_once(cast, say):
    with pytest.raises(Refused) as refused:
        say(
            cast.globex,
            hours=None,
            interval=0,
            again_hours=999,
            starts_on=date(2026, 11, 22),
            ends_on=date(2026, 11, 1),
            reason=" ",
        )
    wrong = {problem.where for problem in refused.value.problems}
    assert wrong == {"hours", "interval", "again_hours", "starts_on", "ends_on", "reason"}
    stranger = factories.supplier("Initech SA")
    with pytest.raises(Refused, match="Choose a supplier of Northwind"):
        say(stranger)
    assert not AnswerTerms.objects.exists()


def test_the_same_form_twice_is_one_row_and_nobody_else_s(cast, say):
    form = uuid.uuid4()
    assert say(submission=form) == say(submission=form, hours=1)
    with pytest.raises(Refused, match="Open the page again"):
        say(submission=form, by=cast.bea)
    assert AnswerTerms.objects.count() == 1


def test_who_comes_second_is_told(say, end):
    say()
    with pytest.raises(IllegalMove, match="Max Manager changed the time to answer meanwhile"):
        say(after=0)
    with pytest.raises(IllegalMove, match="meanwhile"):
        end(after=0)


def test_what_does_not_hold_cannot_be_ended(cast, say, end):
    with pytest.raises(IllegalMove, match="Nothing holds here"):
        end()
    say()
    with pytest.raises(IllegalMove, match="Nothing holds here"):
        end(cast.acme)
    with pytest.raises(Refused, match="Say why"):
        end(reason=" ")
    end()
    with pytest.raises(IllegalMove, match="Nothing holds here"):
        end()


def test_nothing_said_is_ever_changed(say):
    row = say()
    with pytest.raises((ProgrammingError, InternalError), match="append-only"), transaction.atomic():
        AnswerTerms.objects.update(hours=1)
    with pytest.raises((ProgrammingError, InternalError), match="append-only"), transaction.atomic():
        row.delete()


def test_clocks_take_them_and_those_that_run_keep_theirs(cast, order, say, deliver, keep):
    say(tells_second=False, tells_manager=False)
    tell_supplier_of_new_order(order, list(order.lines.all()), at=MONDAY)
    deliver(MONDAY)
    keep(MONDAY)
    say(hours=1)
    keep(at(23, 11))
    deadline = Deadline.objects.get()
    assert (deadline.hours, deadline.due_at) == (16, at(25, 10))
    assert list(deadline.steps.values_list("code", flat=True)) == ["HALF", "NEARLY", "OVERDUE", "BUYER"]
    assert deadline.steps.get(code="BUYER").due_at == at(25, 12)


@pytest.mark.parametrize(
    ("terms", "said"),
    [
        (
            Terms(),
            "24 working hours to answer; 4 working hours after it the supplier's second contact is told, and"
            " after 4 more each the buyer and the buyer's manager",
        ),
        (
            Terms(1, 1, None, (StepCode.BUYER,)),
            "1 working hour to answer; 1 working hour after it the buyer is told",
        ),
        (Terms(8, 4, 2, ()), "8 working hours to answer, 2 to confirm again; nobody else is told"),
    ],
)
def test_terms_in_words(terms, said):
    assert terms_text(terms) == said


def test_to_confirm_again_there_may_be_another_time():
    assert Terms(24, 4, 8).hours_for(DeadlineKind.RECONFIRM) == 8
    assert Terms(24, 4, None).hours_for(DeadlineKind.RECONFIRM) == 24
    assert Terms(24, 4, 8).hours_for(DeadlineKind.ANSWER) == 24
