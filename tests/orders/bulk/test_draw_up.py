"""A job is drawn up: the preview says what follows, and nothing is sent."""

import pytest

from orders.bulk.actions import draw_up_wish, drop_job, forget_old_jobs, send_job
from orders.bulk.actions.drawing_up import MOST_LINES
from orders.bulk.actions.sending import PREVIEW_LASTS
from orders.bulk.lifecycle import Forecast, JobState, Operation, Result
from orders.bulk.models import Job, JobLine
from orders.bulk.rules import Wish
from orders.purchasing.lifecycle import LineState, OrderState
from orders.purchasing.models import Answer, PurchaseOrderLine
from suppliers.people.models import Role
from suppliers.refusal import IllegalMove, Refused
from tests import factories
from tests.orders.bulk.conftest import CONFIRM, WEEK_LATER, forecasts, results


def test_the_preview_says_what_follows_and_nothing_is_sent(drawn_up, ids):
    assert forecasts(drawn_up(CONFIRM)) == [Forecast.AGREED] * 6
    assert forecasts(drawn_up(WEEK_LATER)) == [Forecast.NEEDS_BUYER] * 6
    assert forecasts(drawn_up(Wish(Operation.DECLINE, reason="Sold out"))) == [Forecast.NEEDS_BUYER] * 6
    assert not Answer.objects.exists()


def test_each_line_that_cannot_be_sent_says_why(drawn_up, orders, ids):
    PurchaseOrderLine.objects.filter(pk=ids[0]).update(asked_on=None)
    PurchaseOrderLine.objects.filter(pk=ids[1]).update(asked_on="2026-01-01")
    PurchaseOrderLine.objects.filter(pk=ids[2]).update(state=LineState.PROPOSED)
    PurchaseOrderLine.objects.filter(pk=ids[3]).update(state=LineState.AGREED)
    orders[2].state = OrderState.CANCELLED
    orders[2].save()
    job = drawn_up(CONFIRM)
    lines = {line.line_id: line for line in JobLine.objects.filter(job=job)}
    assert [lines[pk].forecast for pk in ids] == [Forecast.REFUSED] * 3 + [Forecast.LEFT_OUT] + [
        Forecast.REFUSED
    ] * 2
    assert "names no delivery date" in lines[ids[0]].sentence
    assert "today" in lines[ids[1]].sentence
    assert "not waiting for an answer" in lines[ids[2]].sentence
    assert "agreed already" in lines[ids[3]].sentence
    assert "takes no answer any more" in lines[ids[4]].sentence
    with pytest.raises(IllegalMove, match="Nothing of this can be sent"):
        send_job(job, by=job.by, at=factories.NOW)


def test_lines_of_strangers_do_not_exist(drawn_up, cast, ids):
    theirs = factories.order(cast.globex, cast.northwind).lines.first()
    job = drawn_up(CONFIRM, [ids[0], theirs.pk])
    assert list(JobLine.objects.filter(job=job).values_list("line", flat=True)) == [ids[0]]
    with pytest.raises(Refused, match="at least one line"):
        drawn_up(CONFIRM, [theirs.pk])


def test_a_reader_and_the_buyer_can_send_nothing(drawn_up, cast):
    assert set(forecasts(drawn_up(CONFIRM, by=cast.rita))) == {Forecast.REFUSED}
    with pytest.raises(Refused, match="at least one line"):
        drawn_up(CONFIRM, by=cast.bea)


def test_one_job_may_serve_two_suppliers_and_is_seen_by_who_works_for_both(drawn_up, cast, ids):
    theirs = factories.order(cast.globex, cast.northwind).lines.first()
    factories.member(cast.alice, cast.globex, Role.SALES)
    job = drawn_up(CONFIRM, [ids[0], theirs.pk])
    assert job.supplier_ids == sorted([cast.acme.pk, cast.globex.pk])
    assert list(Job.objects.visible_to(cast.alice)) == [job]
    for person in (cast.olivia, cast.mallory, cast.bea):
        assert not Job.objects.visible_to(person).exists()


def test_too_many_lines_are_refused_with_what_to_do(drawn_up, monkeypatch):
    monkeypatch.setattr("orders.bulk.actions.drawing_up.MOST_LINES", 5)
    with pytest.raises(Refused, match=r"6 lines.*Narrow the list"):
        drawn_up(CONFIRM)
    assert MOST_LINES >= 1000


def test_a_wrong_wish_is_refused_before_anything_is_stored(drawn_up):
    with pytest.raises(Refused) as refused:
        drawn_up(Wish(Operation.SHIFT, days=0, reason="x" * 501))
    assert [problem.where for problem in refused.value.problems] == ["days", "reason"]
    assert not Job.objects.exists()


def test_a_job_is_sent_once_however_often_it_is_clicked(drawn_up):
    job = drawn_up(CONFIRM)
    assert [send_job(job, by=job.by, at=factories.NOW) for _ in range(2)] == [True, False]


def test_only_who_drew_it_up_sends_or_drops_it(drawn_up, cast):
    job = drawn_up(CONFIRM)
    for verb in (
        lambda: send_job(job, by=cast.olivia, at=factories.NOW),
        lambda: drop_job(job, by=cast.olivia),
    ):
        with pytest.raises(IllegalMove):
            verb()
    drop_job(job, by=cast.alice)
    assert not Job.objects.exists()


def test_what_was_sent_cannot_be_dropped(drawn_up, worked_off):
    job = drawn_up(CONFIRM)
    worked_off(job)
    with pytest.raises(IllegalMove):
        drop_job(job, by=job.by)


def test_old_previews_and_jobs_long_done_are_forgotten_and_answers_stay(drawn_up, worked_off):
    done, preview = drawn_up(CONFIRM), drawn_up(WEEK_LATER)
    worked_off(done)
    assert forget_old_jobs(now=factories.NOW) == 0
    assert forget_old_jobs(now=factories.NOW + PREVIEW_LASTS * 2) == 1
    assert not Job.objects.filter(pk=preview.pk).exists()
    assert forget_old_jobs(now=factories.NOW + PREVIEW_LASTS * 100) == 1
    assert Answer.objects.count() == 3


def test_a_hundred_orders_take_a_fixed_number_of_queries(cast, django_assert_max_num_queries):
    many = [factories.order(cast.acme, cast.northwind, lines=3).pk for _ in range(40)]
    ids = list(PurchaseOrderLine.objects.filter(order__in=many).values_list("pk", flat=True))
    with django_assert_max_num_queries(14):
        job = draw_up_wish(CONFIRM, ids, by=cast.alice, selection="All lines", at=factories.NOW)
    assert (job.order_count, job.line_count) == (40, 120)
    assert set(results(job)) == {Result.WAITING}
    assert job.state == JobState.PREVIEW
