"""The health of connections: what is said of each state, and who may test, read, pause and resume."""

from datetime import timedelta

import pytest
from django.core.cache import cache
from django.db import connection as database
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from integrations.odoo.models import CallMinute, Circuit, CircuitState, FeedCursor, ImportRun, OdooConnection
from integrations.outbox.models import Status
from portal.integration.alerts import keys_that_expire
from portal.integration.charts import bars, lines
from suppliers.journal.models import JournalEntry
from suppliers.people.models import BuyerCompany
from tests import factories
from tests.queries import without_the_wall

URL = "/integration/"


@pytest.fixture(autouse=True)
def fresh_cache():
    cache.clear()


@pytest.fixture
def odoo(cast) -> OdooConnection:
    """Northwind's Odoo, seen a moment ago."""
    connection = cast.northwind.connection
    connection.version, connection.protocol, connection.last_seen_at = "18.0", "XML-RPC", timezone.now()
    connection.save()
    return connection


def words(as_, person) -> str:
    return as_(person).get(URL).content.decode()


def test_a_connection_that_answers_says_so(as_, anna, odoo, order):
    now = timezone.now()
    FeedCursor.objects.create(connection=odoo, model="purchase.order", write_date=now, polled_at=now)
    factories.exception(order)
    factories.exception(order, status=Status.PENDING, parked_at=None)
    page = words(as_, anna)
    for text in ("Reachable", "18.0, XML-RPC", "purchase.order", "No call in the last hour"):
        assert text in page
    health = as_(anna).get(URL).context["connections"][0]
    assert (health.backlog.waiting, health.backlog.parked, health.feed_is_late) == (1, 1, False)


@pytest.mark.parametrize(
    ("fields", "circuit", "says"),
    [
        ({"is_active": False}, None, "Switched off"),
        ({"last_fault": "Odoo refuses the key."}, None, "Odoo refuses the key."),
        ({"last_seen_at": None}, None, "Not tested yet"),
        ({}, {"paused_by": "Anna", "pause_reason": "Upgrade.", "paused": True}, "Anna paused it. Upgrade."),
        ({}, {"state": Circuit.OPEN, "last_fault": "Odoo does not answer.", "opened": True}, "Not reachable"),
    ],
)
def test_each_state_has_its_sentence(as_, anna, odoo, fields, circuit, says):
    OdooConnection.objects.filter(pk=odoo.pk).update(**fields)
    if circuit:
        now = timezone.now()
        times = {"paused_at": now} if circuit.pop("paused", False) else {}
        times |= {"opened_at": now, "retry_at": now} if circuit.pop("opened", False) else {}
        CircuitState.objects.create(connection=odoo, **circuit, **times)
    assert says in words(as_, anna)


def test_calls_are_drawn_with_the_table_behind_a_link(as_, anna, odoo):
    now = timezone.now()
    CallMinute.objects.create(
        connection=odoo, minute=now.replace(second=0, microsecond=0), model_method="purchase.order.write",
        outcome="ok", calls=10, errors=0, total_ms=900.0, buckets=[0, 0, 0, 0, 9, 1] + [0] * 8, last_at=now,
    )  # fmt: skip
    assert "10 calls in the last hour" in words(as_, anna)
    page = as_(anna).get(f"{URL}connections/{odoo.pk}/calls/").content.decode()
    assert '<td class="num" data-l="Calls">10</td>' in page


def test_an_import_shows_how_far_it_is_and_the_page_looks_again(as_, anna, odoo):
    now = timezone.now()
    run = ImportRun.objects.create(
        connection=odoo, total=400, done=100, started_at=now, fault="Odoo is away."
    )
    assert "stopped at 100 of 400: Odoo is away." in words(as_, anna)
    ImportRun.objects.filter(pk=run.pk).update(fault="")
    OdooConnection.objects.filter(pk=odoo.pk).update(feed_leased_until=now + timedelta(minutes=5))
    page = words(as_, anna)
    assert "Reading all orders: 100 of 400" in page
    assert 'value="100"' in page
    assert 'hx-trigger="every 2s"' in page


@pytest.mark.parametrize("who", ["anna", "ada"])
def test_an_administrator_pauses_and_resumes(as_, anna, cast, odoo, who):
    person = anna if who == "anna" else cast.ada
    browser, way = as_(person), f"{URL}connections/{odoo.pk}/"
    for _ in range(2):
        browser.post(way + "pause/", {"reason": "Upgrade of Odoo"})
    state = CircuitState.objects.get(connection=odoo)
    assert (state.paused_by, state.pause_reason) == (str(person), "Upgrade of Odoo")
    assert "Resume" in words(as_, person)
    browser.post(way + "resume/")
    state.refresh_from_db()
    assert state.paused_at is None
    company = odoo.companies.get()
    told = JournalEntry.objects.filter(subject_type="buyercompany", subject_id=company.pk).order_by("pk")
    assert [(entry.verb, entry.reason) for entry in told] == [
        ("connection.paused", "Upgrade of Odoo"),
        ("connection.resumed", ""),
    ]


def test_whoever_runs_the_installation_is_in_the_journal_too(as_, cast, odoo):
    as_(cast.ada).post(f"{URL}connections/{odoo.pk}/pause/", {"reason": "Upgrade"})
    assert JournalEntry.objects.get(verb="connection.paused").actor == cast.ada


def test_a_test_and_a_reading_are_asked_for_once(as_, anna, odoo, django_capture_on_commit_callbacks):
    browser, way = as_(anna), f"{URL}connections/{odoo.pk}/"
    with django_capture_on_commit_callbacks() as asked:
        for _ in range(2):
            browser.post(way + "test/")
            browser.post(way + "read/")
    tasks = sorted(hook.func.__self__.name for hook in asked)
    assert tasks == ["integrations.odoo.test_connection", "orders.purchasing.import_orders"]
    assert {hook.keywords.get("queue") for hook in asked} == {None, "bulk"}
    odoo.refresh_from_db()
    assert odoo.is_being_tested


def test_only_who_administers_every_company_behind_it_stops_it(as_, anna, cast, odoo):
    BuyerCompany.objects.create(name="Northwind Sud", connection=odoo, odoo_company_id=77)
    assert as_(anna).post(f"{URL}connections/{odoo.pk}/pause/").status_code == 403
    assert "Pause…" not in words(as_, anna)
    assert not CircuitState.objects.exists()


def test_strangers_see_their_own_connections_only(as_, sonia, odoo):
    assert odoo.pk not in [health.connection.pk for health in as_(sonia).get(URL).context["connections"]]
    for way in ("pause", "test", "read", "resume"):
        assert as_(sonia).post(f"{URL}connections/{odoo.pk}/{way}/").status_code == 404
    assert as_(sonia).get(f"{URL}connections/{odoo.pk}/calls/").status_code == 404


def test_it_costs_the_same_with_one_connection_and_with_five(as_, anna, cast, odoo):
    browser = as_(cast.ada)
    browser.get(URL)  # the first page of a session looks up what the session keeps from then on

    def queries() -> int:
        cache.clear()
        with CaptureQueriesContext(database) as found:
            assert browser.get(URL).status_code == 200
        return len(without_the_wall(found))

    few = queries()
    for number in range(4):
        other = factories.company(f"Company {number}")
        FeedCursor.objects.create(connection=other.connection, model="m", polled_at=timezone.now())
        ImportRun.objects.create(connection=other.connection, started_at=timezone.now())
    assert queries() == few
    assert few <= 16


@pytest.mark.parametrize(("days", "step"), [(45, None), (29, 30), (6, 7), (0.5, 1), (-1, 1)])
def test_a_key_that_runs_out_is_told_at_30_7_and_1_days(odoo, days, step):
    now = timezone.now()
    OdooConnection.objects.filter(pk=odoo.pk).update(key_expires_at=now + timedelta(days=days))
    found = list(keys_that_expire(now))
    assert [finding.evidence["days"] for finding in found] == ([step] if step else [])
    if days == 6:
        assert "in 6 days" in found[0].sentence


def test_charts_are_drawn_with_gaps_and_without_division_by_nothing():
    assert bars("Calls", [0, 0], [0, 0], unit="calls").count("<rect") == 0
    drawn = bars("Calls", [4, 2], [1, 0], unit="calls")
    assert drawn.count('class="plot-bar"') == 2
    assert drawn.count('class="plot-bad"') == 1
    assert 'aria-label="Calls"' in drawn
    path = lines("Latency", [10.0, None, 20.0], [None, None, None], unit="ms")
    assert path.count("M") == 2
