"""Choosing lines in the list, looking at the preview, sending it and watching it, as a browser does."""

import csv
import io
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from orders.bulk.actions import answer_next_order
from orders.bulk.lifecycle import JobState, Result
from orders.bulk.models import Job, JobLine
from orders.purchasing.models import Answer, PurchaseOrderLine
from tests import factories
from tests.queries import without_the_wall


@pytest.fixture(autouse=True)
def soon(orders):
    """Dates that are still to come, whenever the tests run."""
    day = timezone.localdate() + timedelta(days=20)
    PurchaseOrderLine.objects.update(expected_on=day, requested_on=day, asked_on=day)
    return day


def drawn_up(browser, ids, **fields):
    """Post the bar's form; return the job and the answer."""
    response = browser.post(
        "/orders/bulk/", {"line": ids, "query": "?state=confirm", "do": "confirm"} | fields
    )
    return Job.objects.order_by("-pk").first(), response


def test_chosen_lines_are_previewed_sent_and_worked_off(alice, ids):
    job, response = drawn_up(alice, ids)
    assert response.headers["Location"] == f"/orders/jobs/{job.pk}/"
    page = alice.get(response.headers["Location"])
    assert "6 lines are agreed at once" in page.content.decode()
    assert "Send 6 answers" in page.content.decode()
    assert alice.post(f"/orders/jobs/{job.pk}/send/").status_code == 302
    assert alice.post(f"/orders/jobs/{job.pk}/send/").status_code == 302
    page = alice.get(f"/orders/jobs/{job.pk}/")
    assert 'hx-trigger="every 1s"' in page.content.decode()
    assert "0 of 3 orders done so far" in page.content.decode()
    while answer_next_order(job.pk, at=timezone.now()):
        pass
    page = alice.get(f"/orders/jobs/{job.pk}/", headers={"HX-Request": "true"})
    assert "hx-trigger" not in page.content.decode()
    assert "<html" not in page.content.decode()
    assert Answer.objects.count() == 3


WATCHES = {"HX-Request": "true"}


def test_a_page_that_watches_gets_the_lines_only_when_there_is_news(alice, ids):
    job, _ = drawn_up(alice, ids)
    alice.post(f"/orders/jobs/{job.pk}/send/")
    page = alice.get(f"/orders/jobs/{job.pk}/").content.decode()
    assert '<p class="visually-hidden" id="job-said" role="status"></p>' in page
    assert page.count("aria-live") == alice.get("/orders/jobs/").content.decode().count("aria-live")
    still = alice.get(f"/orders/jobs/{job.pk}/?quarter=0", headers=WATCHES)
    assert "0 of 3 orders done so far" in still.content.decode()
    assert "<table" not in still.content.decode()
    assert "job-said" not in still.content.decode()
    assert "HX-Retarget" not in still.headers
    answer_next_order(job.pk, at=timezone.now())
    news = alice.get(f"/orders/jobs/{job.pk}/?quarter=0", headers=WATCHES)
    assert (news.headers["HX-Retarget"], news.headers["HX-Reswap"]) == ("#job", "outerHTML")
    words = news.content.decode()
    assert "?quarter=1" in words
    assert "<table" in words
    assert "1 of 3 orders done so far: 4 waiting, 2 agreed." in words
    while answer_next_order(job.pk, at=timezone.now()):
        pass
    end = alice.get(f"/orders/jobs/{job.pk}/?quarter=2", headers=WATCHES)
    assert end.headers["HX-Retarget"] == "#job"
    assert "All done: 6 agreed." in end.content.decode()
    assert "hx-trigger" not in end.content.decode()


def test_what_is_looked_at_stays_while_it_goes_on(alice, ids):
    job, _ = drawn_up(alice, ids)
    alice.post(f"/orders/jobs/{job.pk}/send/")
    page = alice.get(f"/orders/jobs/{job.pk}/?only=WAITING&after=1&quarter=0", headers=WATCHES)
    assert "?quarter=0&amp;only=WAITING&amp;after=1" in page.content.decode()
    assert f'<noscript><p class="mb-3"><a class="btn" href="/orders/jobs/{job.pk}/?only=WAITING">' in (
        page.content.decode()
    )


def test_watching_costs_little_whatever_the_number_of_lines(alice, ids):
    job, _ = drawn_up(alice, ids)
    alice.post(f"/orders/jobs/{job.pk}/send/")
    with CaptureQueriesContext(connection) as queries:
        alice.get(f"/orders/jobs/{job.pk}/?quarter=0", headers=WATCHES)
    assert len(without_the_wall(queries)) <= 8, without_the_wall(queries)


def test_all_lines_of_the_filter_are_meant_not_only_the_page(alice, orders, ids, soon):
    other = orders[2].lines.first()
    PurchaseOrderLine.objects.filter(pk=other.pk).update(expected_on=soon + timedelta(days=60))
    query = f"?state=confirm&to={soon.isoformat()}"
    job, _ = drawn_up(alice, [other.pk], all="1", query=query, do="shift", days="5", working="1")
    assert sorted(JobLine.objects.filter(job=job).values_list("line", flat=True)) == sorted(
        set(ids) - {other.pk}
    )
    assert job.title == "5 working days later"
    assert job.selection == f"All lines to confirm, to {soon.isoformat()}"


def test_strangers_lines_in_a_selection_do_not_exist(as_, cast, ids):
    job, response = drawn_up(as_(cast.mallory), ids)
    assert (job, response.status_code) == (None, 422)
    assert "0 lines" in response.content.decode()


@pytest.mark.parametrize(
    ("fields", "named"),
    [
        ({"do": "shift", "days": ""}, "Give a whole number of days"),
        ({"do": "shift", "days": "a week"}, "a week"),
        ({"do": "shift", "days": "0"}, "from 1 to 366"),
        ({"do": "shift", "days": "99999"}, "from 1 to 366"),
        ({"do": "decline", "decline_reason": " "}, "Say why these cannot be delivered"),
        ({"do": "explode"}, "Choose what to do"),
        ({"line": []}, "Choose at least one line"),
        ({"line": ["x", "1" * 30, "-3"]}, "Choose at least one line"),
    ],
)
def test_what_is_wrong_is_named_and_what_was_typed_is_kept(alice, ids, fields, named):
    job, response = drawn_up(alice, ids, **fields | {"shift_reason": "The ship <b>is</b> late"})
    assert (job, response.status_code) == (None, 422)
    page = response.content.decode()
    assert named in page
    assert "The ship &lt;b&gt;is&lt;/b&gt; late" in page


def test_a_minus_of_any_kind_means_earlier(alice, ids):
    for text in ("-2", "−2", "–2"):
        job, _ = drawn_up(alice, ids, do="shift", days=text)
        assert job.title == "2 days earlier"


def test_a_reader_finds_no_operations_and_may_not_draw_up(as_, cast, ids):
    reader = as_(cast.rita)
    assert 'value="decline"' not in reader.get("/orders/").content.decode()
    assert drawn_up(reader, ids)[1].status_code == 403


def test_the_list_lets_one_choose_and_counts_what_was_chosen(alice, ids):
    page = alice.get("/orders/?state=confirm").content.decode()
    assert page.count('name="line"') == 6
    counted = alice.get("/orders/bulk/count/", {"line": ids[:3], "query": "?state=confirm"}).content.decode()
    assert "3 lines" in counted
    assert "135.00 EUR" in counted
    everything = alice.get("/orders/bulk/count/", {"line": ids[:1], "all": "1", "query": "?state=confirm"})
    assert "6 lines" in everything.content.decode()
    assert "in 3 orders" in everything.content.decode()


def test_colleagues_see_a_sent_job_and_no_preview_of_others(alice, as_, cast, ids):
    job, _ = drawn_up(alice, ids)
    rita = as_(cast.rita)
    assert str(job) not in rita.get("/orders/jobs/").content.decode()
    assert "Confirm as asked" not in rita.get("/orders/jobs/").content.decode()
    alice.post(f"/orders/jobs/{job.pk}/send/")
    assert "Confirm as asked" in rita.get("/orders/jobs/").content.decode()
    assert rita.get(f"/orders/jobs/{job.pk}/").status_code == 200
    assert rita.post(f"/orders/jobs/{job.pk}/send/").status_code == 403


def test_a_preview_is_discarded(alice, ids):
    job, _ = drawn_up(alice, ids)
    assert alice.post(f"/orders/jobs/{job.pk}/drop/").headers["Location"] == "/orders/"
    assert "nothing was sent" in alice.get("/orders/").content.decode()
    assert not Job.objects.exists()


def test_a_colleague_s_click_on_send_says_why_not(alice, as_, cast, ids):
    job, _ = drawn_up(alice, ids)
    answer = as_(cast.olivia).post(f"/orders/jobs/{job.pk}/send/", follow=True)
    assert "draw up your own" in answer.content.decode()
    job.refresh_from_db()
    assert job.state == JobState.PREVIEW


def test_the_result_is_a_file_that_no_spreadsheet_runs(alice, ids):
    PurchaseOrderLine.objects.filter(pk=ids[0]).update(product_code="=1+1")
    job, _ = drawn_up(alice, ids, do="decline", decline_reason="=cmd()")
    answer = alice.get(f"/orders/jobs/{job.pk}.csv?only=NEEDS_BUYER")
    assert f"answers-{job.pk}-" in answer.headers["Content-Disposition"]
    rows = list(csv.DictReader(io.StringIO(answer.content.decode())))
    assert (rows[0]["product"], rows[0]["reason"]) == ("'=1+1", "'=cmd()")
    assert (rows[0]["asked_quantity"], rows[0]["answered_quantity"], rows[0]["forecast"]) == (
        "10",
        "0",
        "Needs the buyer",
    )
    assert len(rows) == 6
    assert alice.get(f"/orders/jobs/{job.pk}.csv?only=LEFT_OUT").content.decode().count("\n") == 1


def test_groups_and_pages_of_a_long_job(alice, cast, monkeypatch, soon):
    monkeypatch.setattr("orders.bulk.job_page.PAGE", 4)
    order = factories.order(cast.acme, cast.northwind, lines=10)
    order.lines.update(asked_on=soon)
    order.lines.filter(pk=order.lines.last().pk).update(asked_on=None)
    job, _ = drawn_up(alice, list(order.lines.values_list("pk", flat=True)))
    found, after = [], 0
    while True:
        page = alice.get(f"/orders/jobs/{job.pk}/", {"only": "AGREED", "after": after})
        found += [row.line.pk for row in page.context["rows"]]
        after = page.context["following"]
        if not after:
            break
    assert len(found) == len(set(found)) == 9
    groups = [(group.code, group.count) for group in page.context["groups"]]
    assert groups == [("AGREED", 9), ("REFUSED", 1)]


@pytest.mark.parametrize("lines", [2, 60])
def test_pages_cost_the_same_for_few_and_many_lines(alice, cast, lines, soon):
    order = factories.order(cast.acme, cast.northwind, lines=lines)
    order.lines.update(asked_on=soon)
    job, _ = drawn_up(alice, list(order.lines.values_list("pk", flat=True)))
    alice.post(f"/orders/jobs/{job.pk}/send/")
    expected = {f"/orders/jobs/{job.pk}/": 9, "/orders/jobs/": 7, "/orders/bulk/count/?all=1": 5}
    for path, most in expected.items():
        alice.get(path)
        with CaptureQueriesContext(connection) as queries:
            assert alice.get(path).status_code == 200
        assert len(without_the_wall(queries)) <= most, (path, without_the_wall(queries))


def test_a_job_that_waits_shows_its_lines_as_waiting(alice, ids):
    job, _ = drawn_up(alice, ids)
    alice.post(f"/orders/jobs/{job.pk}/send/")
    page = alice.get(f"/orders/jobs/{job.pk}/?only={Result.WAITING}")
    assert len(page.context["rows"]) == 6
