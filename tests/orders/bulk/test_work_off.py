"""A job is worked off: each order once, whatever happens to workers and to the other orders."""

from datetime import date, timedelta

import pytest
from django.db import OperationalError, connection
from django.test.utils import CaptureQueriesContext

from integrations.outbox.models import OutboxMessage
from orders.bulk.actions import TURNS, answer_next_order, send_job, working
from orders.bulk.lifecycle import JobState, Operation, OrderWork, Result
from orders.bulk.models import Job, JobLine, JobOrder
from orders.bulk.rules import Wish
from orders.bulk.turns import MOST_ATTEMPTS, SILENCE
from orders.purchasing.actions import acknowledge_together
from orders.purchasing.lifecycle import LineState
from orders.purchasing.models import Answer, LineAnswer, PurchaseOrder, PurchaseOrderLine, ScheduleLine
from suppliers.journal.models import JournalEntry
from suppliers.people.models import Membership, Role
from suppliers.tenancy import wall
from tests import factories
from tests.orders.bulk.conftest import CONFIRM, LATER, WEEK_LATER, results


def test_every_line_is_agreed_and_odoo_is_told_once_per_order(drawn_up, worked_off, orders):
    job = drawn_up(CONFIRM)
    assert worked_off(job) == [Result.AGREED] * 6
    assert set(PurchaseOrderLine.objects.values_list("state", flat=True)) == {LineState.AGREED}
    assert (
        Answer.objects.count() == OutboxMessage.objects.filter(topic="purchase_order.agreement").count() == 3
    )
    assert (job.state, job.finished_at) == (JobState.DONE, LATER)


def test_shifted_dates_go_to_the_buyer_with_the_reason(drawn_up, worked_off):
    assert worked_off(drawn_up(WEEK_LATER)) == [Result.WITH_BUYER] * 6
    assert set(ScheduleLine.objects.values_list("delivery_on", flat=True)) == {date(2026, 12, 22)}
    assert set(Answer.objects.values_list("comment", flat=True)) == {"The ship is late"}


def test_declined_lines_carry_their_reason(drawn_up, worked_off):
    worked_off(drawn_up(Wish(Operation.DECLINE, reason="Sold out")))
    assert set(ScheduleLine.objects.values_list("delivery_on", "reason")) == {(None, "Sold out")}


def test_a_line_that_changed_after_the_preview_is_reported_and_not_answered(
    drawn_up, worked_off, orders, ids, answer, part
):
    job = drawn_up(CONFIRM)
    PurchaseOrder.objects.filter(pk=orders[0].pk).update(revision=2)
    PurchaseOrderLine.objects.filter(pk=ids[0]).update(asked_in_revision=2, asked_quantity=12)
    answer({orders[1].lines.get(pk=ids[2]): [part(on=date(2026, 12, 20))]}, of=orders[1])
    assert worked_off(job) == [Result.MOVED, Result.AGREED, Result.MOVED] + [Result.AGREED] * 3
    moved = [line.sentence for line in JobLine.objects.filter(job=job, result=Result.MOVED)]
    assert "Revision 2" in moved[0]
    assert "answered or decided on" in moved[1]
    assert PurchaseOrderLine.objects.get(pk=ids[0]).state == LineState.ASKED


def test_a_line_that_is_gone_is_reported(drawn_up, worked_off, ids, orders):
    job = drawn_up(CONFIRM)
    other = factories.order(orders[0].supplier, orders[0].company)
    PurchaseOrderLine.objects.filter(pk=ids[0]).update(order=other)
    assert worked_off(job)[0] == Result.MOVED


def test_the_order_of_a_day_that_passed_meanwhile_is_refused_at_sending(drawn_up, worked_off):
    job = drawn_up(CONFIRM)
    assert set(worked_off(job, at=factories.NOW + timedelta(days=60))) == {Result.REFUSED}
    assert "today" in JobLine.objects.filter(job=job).first().sentence
    assert job.state == JobState.DONE


def test_an_order_cancelled_meanwhile_does_not_hold_up_the_others(drawn_up, worked_off, orders):
    job = drawn_up(CONFIRM)
    PurchaseOrder.objects.filter(pk=orders[1].pk).update(state="CANCELLED")
    assert worked_off(job) == [Result.AGREED] * 2 + [Result.REFUSED] * 2 + [Result.AGREED] * 2


@pytest.mark.parametrize("together", [1, 25])
def test_one_broken_order_never_stops_the_rest(drawn_up, worked_off, orders, monkeypatch, together):
    def broken(sendings, **more):
        if any(held.order.pk == orders[1].pk for held, _ in sendings):
            raise ZeroDivisionError
        return acknowledge_together(sendings, **more)

    monkeypatch.setattr(working, "acknowledge_together", broken)
    job = drawn_up(CONFIRM)
    assert (
        worked_off(job, together=together) == [Result.AGREED] * 2 + [Result.FAILED] * 2 + [Result.AGREED] * 2
    )
    assert "on our side" in JobLine.objects.filter(result=Result.FAILED).first().sentence
    assert job.state == JobState.DONE
    assert not orders[1].answers.exists()


def test_orders_answered_together_come_out_as_by_themselves(drawn_up, worked_off, orders, ids, cast):
    job = drawn_up(WEEK_LATER)
    PurchaseOrder.objects.filter(pk=orders[0].pk).update(revision=2)
    PurchaseOrderLine.objects.filter(pk=ids[0]).update(asked_in_revision=2, asked_quantity=12)
    PurchaseOrder.objects.filter(pk=orders[2].pk).update(state="CANCELLED")
    assert worked_off(job, together=25) == [Result.MOVED] + [Result.WITH_BUYER] * 3 + [Result.REFUSED] * 2
    assert [answer.round for answer in Answer.objects.order_by("order")] == [1, 1]
    assert list(PurchaseOrder.objects.order_by("pk").values_list("summary", "rounds")) == [
        ("PARTLY", 1),
        ("WITH_BUYER", 1),
        ("WAITING", 0),
    ]
    entries = JournalEntry.objects.filter(verb="order.acknowledged").order_by("subject_id")
    assert [entry.subject_id for entry in entries] == [orders[0].pk, orders[1].pk]
    assert {entry.actor_id for entry in entries} == {cast.alice.pk}


def test_what_is_wrong_with_one_line_leaves_the_rest_of_its_order(drawn_up, worked_off, ids, orders):
    job = drawn_up(WEEK_LATER)
    JobLine.objects.filter(job=job, line=ids[2]).update(
        reply=[{"quantity": "10", "on": "2020-01-01", "price": "4.5"}]
    )
    assert (
        worked_off(job, together=25) == [Result.WITH_BUYER] * 2 + [Result.REFUSED] + [Result.WITH_BUYER] * 3
    )
    assert "today" in JobLine.objects.get(job=job, line=ids[2]).sentence
    assert orders[1].answers.get().lines.count() == 1


def test_many_orders_together_take_as_many_queries_as_a_few(cast, drawn_up):
    lines = [
        factories.order(cast.acme, cast.northwind).lines.values_list("pk", flat=True) for _ in range(2 + 20)
    ]
    counts = []
    for some in (lines[:2], lines[2:]):
        job = drawn_up(WEEK_LATER, [pk for found in some for pk in found])
        send_job(job, by=job.by, at=factories.NOW)
        with CaptureQueriesContext(connection) as asked:
            assert TURNS.next(job.pk, at=LATER, most=25)
        assert set(results(job)) == {Result.WITH_BUYER}
        counts.append(len(asked))
    assert counts[0] == counts[1]


def test_hundreds_of_lines_together_are_stored_behind_the_wall(cast, drawn_up, worked_off):
    big = [factories.order(cast.acme, cast.northwind, lines=70) for _ in range(3)]
    chosen = list(PurchaseOrderLine.objects.filter(order__in=big).values_list("pk", flat=True))
    assert set(worked_off(drawn_up(WEEK_LATER, chosen), together=25)) == {Result.WITH_BUYER}
    assert (
        LineAnswer.objects.filter(line__order__in=big, state="PENDING", verdict__isnull=False).count() == 210
    )
    days = ScheduleLine.objects.filter(line_answer__line__order__in=big).values_list("delivery_on", flat=True)
    assert set(days) == {date(2026, 12, 22)}
    assert len(days) == 210


def test_what_was_tried_before_is_not_taken_together_again(drawn_up):
    job = drawn_up(CONFIRM)
    send_job(job, by=job.by, at=factories.NOW)
    JobOrder.objects.filter(job=job).update(attempts=1)
    assert TURNS.next(job.pk, at=LATER, most=25)
    assert results(job).count(Result.WAITING) == 4


def test_who_lost_the_role_meanwhile_answers_nothing(drawn_up, worked_off, cast):
    job = drawn_up(CONFIRM)
    Membership.objects.filter(user=cast.alice).update(role=Role.READ_ONLY)
    assert set(worked_off(job)) == {Result.REFUSED}
    assert not Answer.objects.exists()


def test_an_interrupted_order_is_begun_again_and_answered_once(drawn_up, monkeypatch, worked_off):
    job = drawn_up(CONFIRM)
    send_job(job, by=job.by, at=factories.NOW)
    plain, calls = acknowledge_together, []

    def away_after_the_first(sendings, **more):
        calls.extend(sendings)
        if len(calls) == 2:
            plain(sendings, **more)
            raise OperationalError("the connection is gone")
        return plain(sendings, **more)

    monkeypatch.setattr(working, "acknowledge_together", away_after_the_first)
    assert answer_next_order(job.pk, at=LATER)
    with pytest.raises(OperationalError):
        answer_next_order(job.pk, at=LATER)
    assert Answer.objects.count() == 1
    assert results(job).count(Result.WAITING) == 4
    while answer_next_order(job.pk, at=LATER):
        pass
    assert results(job) == [Result.AGREED] * 6
    assert Answer.objects.count() == 3


def test_an_order_that_keeps_killing_its_worker_is_given_up(drawn_up):
    job = drawn_up(CONFIRM)
    send_job(job, by=job.by, at=factories.NOW)
    first = JobOrder.objects.filter(job=job).order_by("pk").first()
    JobOrder.objects.filter(pk=first.pk).update(attempts=MOST_ATTEMPTS)
    while answer_next_order(job.pk, at=LATER):
        pass
    assert JobOrder.objects.get(pk=first.pk).work == OrderWork.FAILED
    assert results(job) == [Result.FAILED] * 2 + [Result.AGREED] * 4


def test_the_answer_s_id_follows_from_job_and_order(drawn_up, worked_off):
    job = drawn_up(CONFIRM)
    worked_off(job)
    rows = JobOrder.objects.filter(job=job).select_related("answer", "job")
    assert [row.answer.submission for row in rows] == [row.submission for row in rows]
    assert len({row.submission for row in rows}) == 3


def test_a_job_that_lost_its_worker_is_found_again(drawn_up):
    job = drawn_up(CONFIRM)
    assert TURNS.unfinished(now=LATER) == []
    send_job(job, by=job.by, at=factories.NOW)
    assert TURNS.unfinished(now=factories.NOW) == []
    assert TURNS.unfinished(now=factories.NOW + SILENCE * 2) == [job.pk]


def test_a_job_that_was_not_sent_is_not_worked_off(drawn_up):
    job = drawn_up(CONFIRM)
    assert answer_next_order(job.pk, at=LATER) is False
    job.refresh_from_db()
    assert job.state == JobState.PREVIEW
    assert not Answer.objects.exists()


def test_a_long_order_is_answered_in_a_fixed_number_of_queries(cast, drawn_up, django_assert_max_num_queries):
    big = factories.order(cast.acme, cast.northwind, lines=60)
    job = drawn_up(CONFIRM, list(big.lines.values_list("pk", flat=True)))
    send_job(job, by=job.by, at=factories.NOW)
    with django_assert_max_num_queries(48):
        answer_next_order(job.pk, at=LATER)
    assert set(results(job)) == {Result.AGREED}


def test_the_database_hides_jobs_from_strangers(drawn_up, cast):
    drawn_up(CONFIRM)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT relrowsecurity, relforcerowsecurity FROM pg_class WHERE oid = 'bulk_job'::regclass"
        )
        assert cursor.fetchone() == (True, True)
    with wall(suppliers=cast.mallory.supplier_ids, companies=cast.mallory.company_ids):
        assert not Job.objects.exists()
    with wall(suppliers=cast.alice.supplier_ids, companies=cast.alice.company_ids):
        assert Job.objects.exists()
