"""The reports on the web: who sees them, what they show, and how a repair is asked for."""

import csv
import io
from datetime import timedelta

import pytest
from celery import current_app
from django.db import connection
from django.test.utils import CaptureQueriesContext

from integrations.reconciliation.models import Difference, Direction, Kind, ReconciliationRun, State
from suppliers.people.models import Role
from suppliers.tenancy import wall
from tests import factories
from tests.queries import without_the_wall


@pytest.fixture
def anna(cast):
    """Administrates Northwind."""
    return factories.member(factories.user("Anna"), cast.northwind, Role.ADMINISTRATOR)


@pytest.fixture
def run(cast):
    """A finished comparison of Northwind that found nothing yet."""
    return ReconciliationRun.objects.create(
        company=cast.northwind,
        started_at=factories.NOW,
        progress_at=factories.NOW,
        finished_at=factories.NOW + timedelta(seconds=20),
        total=12,
        documents=12,
        records=40,
    )


@pytest.fixture
def differ(run):
    """Add a difference to the run: ``differ(field="price")``."""

    def add(**fields) -> Difference:
        number = Difference.objects.count() + 1
        row = Difference.objects.create(
            **{
                "run": run,
                "company": run.company,
                "comparison": "purchase orders",
                "kind": Kind.DIFFERENT,
                "entity": "purchase order line",
                "field": "quantity",
                "document_odoo_id": number,
                "record_odoo_id": number,
                "label": f"P{number:05}, line 1",
                "here": "7",
                "there": "10",
                "direction": Direction.PULL,
                "first_seen_at": factories.NOW - timedelta(days=3),
            }
            | fields
        )
        name = row.kind.lower()
        setattr(run, name, getattr(run, name) + 1)
        run.save()
        return row

    return add


@pytest.fixture
def told(monkeypatch):
    """The tasks that were asked for, instead of a broker."""
    names = []
    monkeypatch.setattr(
        current_app._get_current_object().__class__,
        "send_task",
        lambda self, name, *args, **options: names.append((name, options.get("kwargs") or args[1])),
    )
    return names


def url(run, ending=""):
    return f"/integration/drift/{run.pk}/{ending}"


def labels(response):
    return [row.label for row in response.context["rows"]]


def test_the_list_shows_the_runs_of_my_companies_only(as_, cast, anna, run):
    other = factories.company("Southwind")
    ReconciliationRun.objects.create(company=other, started_at=factories.NOW, progress_at=factories.NOW)
    assert [found.pk for found in as_(anna).get("/integration/drift/").context["runs"]] == [run.pk]
    assert len(as_(cast.ada).get("/integration/drift/").context["runs"]) == 2


def test_behind_the_wall_there_are_no_reports_of_others(cast, run, differ):
    differ()
    with wall(suppliers=cast.boris.supplier_ids, companies=cast.boris.company_ids):
        assert not ReconciliationRun.objects.exists()
        assert not Difference.objects.exists()
    with wall(suppliers=cast.bea.supplier_ids, companies=cast.bea.company_ids):
        assert Difference.objects.exists()


def test_a_report_names_both_values_and_the_repair(as_, anna, run, differ):
    differ()
    differ(direction=Direction.PUSH, field="agreed price")
    differ(direction=Direction.NONE, entity="purchase order", field="vendor", record_odoo_id=0)
    page = as_(anna).get(url(run)).content.decode()
    for text in ("Read again from Odoo", "Send to Odoo again", "Needs a person", "P00001, line 1"):
        assert text in page
    assert "Repair all 2" in page


def test_a_report_without_differences_says_that_both_are_in_step(as_, anna, run):
    page = as_(anna).get(url(run)).content.decode()
    assert "12 orders with 40 lines are the same on both sides" in page
    assert "hx-trigger" not in page.partition('id="report"')[2]


def test_filters_narrow_by_class_field_and_text(as_, anna, run, differ):
    differ(kind=Kind.STALE, field="price")
    differ(kind=Kind.MISSING, entity="purchase order", field="", label="P00777")
    differ(state=State.REPAIRED)
    anna_s = as_(anna)
    assert labels(anna_s.get(url(run), {"class": "STALE"})) == ["P00001, line 1"]
    assert labels(anna_s.get(url(run), {"field": "purchase order:"})) == ["P00777"]
    assert labels(anna_s.get(url(run), {"q": "0777"})) == ["P00777"]
    assert len(labels(anna_s.get(url(run), {"open": "1"}))) == 2
    assert len(labels(anna_s.get(url(run), {"class": "NONSENSE", "after": "x"}))) == 3


def test_pages_follow_each_other_without_losing_a_row(as_, anna, run, differ):
    for _ in range(130):
        differ()
    first = as_(anna).get(url(run), {"class": "DIFFERENT"})
    second = as_(anna).get(url(run) + first.context["following"])
    assert (len(first.context["rows"]), len(second.context["rows"])) == (100, 30)
    assert second.context["following"] == ""
    Difference.objects.filter(pk=second.context["rows"][0].pk).update(
        state=State.QUEUED, asked_at=factories.NOW + timedelta(days=400)
    )
    page = as_(anna).get(url(run) + first.context["following"]).content.decode()
    assert f"after={first.context['rows'][99].pk}" in page.partition('hx-trigger="every 2s"')[0]


def test_the_number_of_queries_does_not_grow_with_the_report(as_, anna, run, differ):
    anna_s = as_(anna)
    counted = []
    for count in (3, 60):
        for _ in range(count):
            differ()
        anna_s.get(url(run))
        with CaptureQueriesContext(connection) as queries:
            anna_s.get(url(run))
        counted.append(len(without_the_wall(queries)))
    assert counted[0] == counted[1] <= 16


def test_the_list_of_runs_asks_few_queries(as_, anna, run):
    anna_s = as_(anna)
    anna_s.get("/integration/drift/")
    with CaptureQueriesContext(connection) as queries:
        anna_s.get("/integration/drift/")
    assert len(without_the_wall(queries)) <= 14


def test_one_chosen_and_all_are_repaired_and_asked_for_once(
    as_, anna, run, differ, told, django_capture_on_commit_callbacks
):
    rows = [differ() for _ in range(4)]
    anna_s = as_(anna)

    def press(**data):
        with django_capture_on_commit_callbacks(execute=True):
            assert anna_s.post(url(run, "repair/"), data).status_code == 302
        return Difference.objects.filter(state=State.QUEUED).count()

    assert press(only=rows[0].pk, difference=[rows[1].pk]) == 1
    assert press(only=rows[0].pk) == 1  # pressed twice
    assert press(difference=[rows[1].pk, rows[2].pk]) == 3
    assert press(do="all") == 4
    assert [name for name, _ in told] == ["integrations.reconciliation.repair"] * 3
    assert told[0][1]["run_id"] == run.pk
    assert told[0][1]["correlation_id"].startswith("QS-")
    assert set(Difference.objects.values_list("asked_by", flat=True)) == {anna.pk}


def test_repairing_all_of_a_list_leaves_the_others(
    as_, anna, run, differ, told, django_capture_on_commit_callbacks
):
    differ(kind=Kind.STALE)
    differ(kind=Kind.MISSING)
    with django_capture_on_commit_callbacks(execute=True):
        as_(anna).post(url(run, "repair/"), {"do": "all", "class": "STALE"})
    assert Difference.objects.get(state=State.QUEUED).kind == Kind.STALE


def test_another_run_s_differences_cannot_be_repaired_through_mine(as_, cast, anna, run, differ, told):
    theirs = ReconciliationRun.objects.create(
        company=factories.company("Southwind"), started_at=factories.NOW, progress_at=factories.NOW
    )
    row = differ(run=theirs, company=theirs.company)
    as_(anna).post(url(run, "repair/"), {"only": row.pk})
    row.refresh_from_db()
    assert row.state == State.OPEN


def test_while_something_goes_on_the_page_asks_again_and_then_stops(as_, anna, run, differ):
    row = differ(state=State.QUEUED, asked_at=factories.NOW + timedelta(days=400))
    anna_s = as_(anna)
    fragment = anna_s.get(url(run), HTTP_HX_REQUEST="true").content.decode()
    assert "every 2s" in fragment
    assert "<html" not in fragment
    assert "1 repair under way" in fragment
    Difference.objects.filter(pk=row.pk).update(state=State.REPAIRED)
    assert "every 2s" not in anna_s.get(url(run), HTTP_HX_REQUEST="true").content.decode()


def test_a_comparison_is_started_once(as_, cast, anna, told, django_capture_on_commit_callbacks):
    for _ in range(2):
        with django_capture_on_commit_callbacks(execute=True):
            response = as_(anna).post("/integration/drift/start/", {"company": cast.northwind.pk})
    run = ReconciliationRun.objects.get()
    assert response.headers["Location"] == url(run)
    assert told == [("integrations.reconciliation.compare_company", {"run_id": run.pk})]
    page = as_(anna).get(url(run)).content.decode()
    assert "every 2s" in page
    assert "0 of 0 orders compared so far" in page


def test_the_file_holds_what_the_filters_show_and_nothing_a_spreadsheet_runs(as_, anna, run, differ):
    differ(here="=HYPERLINK(1)")
    differ(kind=Kind.STALE)
    response = as_(anna).get(url(run, "differences.csv"), {"class": "DIFFERENT"})
    (row,) = csv.DictReader(io.StringIO(response.content.decode()))
    assert row["here"] == "'=HYPERLINK(1)"
    assert row["first_seen_at"] == "2026-11-20T09:00:00+00:00"
    assert (row["company"], row["class"], row["in_odoo"]) == ("Northwind Distribution", "Different", "10")
    assert "attachment" in response["Content-Disposition"]
