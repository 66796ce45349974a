"""Many documents at once: asked for, made by a worker, downloaded by whoever asked."""

import io
import zipfile
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from orders.documents.actions import (
    MOST_ATTEMPTS,
    ZIP_LASTS,
    ask_for_zip,
    forget_old_zips,
    make_zip,
    zips_without_worker,
)
from orders.documents.lifecycle import ZipState
from orders.documents.models import DocumentZip
from orders.documents.records import last_of_each, last_of_revision
from orders.purchasing.models import PurchaseOrderLine
from suppliers.people.models import Membership
from suppliers.refusal import Refused
from tests import factories
from tests.queries import without_the_wall

NOW = factories.NOW


@pytest.fixture
def orders(cast):
    return [factories.order(cast.acme, cast.northwind) for _ in range(3)]


@pytest.fixture
def ids(orders):
    return [order.pk for order in orders]


def names(made):
    made.refresh_from_db()
    return zipfile.ZipFile(io.BytesIO(bytes(made.data or b""))).namelist()


def test_chosen_lines_become_a_file_with_their_orders(as_, cast, orders):
    browser = as_(cast.bea)
    lines = PurchaseOrderLine.objects.filter(order__in=orders[:2]).values_list("pk", flat=True)
    answer = browser.post("/orders/documents/", {"line": list(lines)})
    made = DocumentZip.objects.get()
    assert answer.headers["Location"] == f"/orders/documents/{made.pk}/"
    assert 'hx-trigger="every 1s"' in browser.get(answer.headers["Location"]).content.decode()
    assert browser.get(f"/orders/documents/{made.pk}.zip").status_code == 404
    make_zip(made.pk, at=timezone.now())
    page = browser.get(answer.headers["Location"], headers={"HX-Request": "true"}).content.decode()
    assert "2 documents ready" in page
    assert "hx-trigger" not in page
    archive = zipfile.ZipFile(io.BytesIO(browser.get(f"/orders/documents/{made.pk}.zip").content))
    assert len(archive.namelist()) == 2
    assert all(archive.read(name).startswith(b"%PDF-") for name in archive.namelist())


def test_each_document_names_its_record_as_it_does_alone(as_, cast, orders, ids, answer, part):
    for order in orders[:2]:
        answer({line: [part()] for line in order.lines.all()}, of=order)
    made = ask_for_zip(ids, by=cast.bea, at=NOW)
    make_zip(made.pk, at=NOW)
    files = dict(zip(ids, names(made), strict=True))
    archive = zipfile.ZipFile(io.BytesIO(bytes(made.data or b"")))
    for pk, name in files.items():
        assert archive.read(name) == as_(cast.bea).get(f"/orders/{pk}/documents/1.pdf").content
    records = last_of_each(orders, cast.bea)
    assert {pk: number for pk, (number, _) in records.items()} == {ids[0]: 1, ids[1]: 1}
    assert records[ids[0]] == last_of_revision(orders[0], 1, cast.bea)
    assert last_of_each(orders, cast.mallory) == {}


def test_the_record_is_the_newest_of_the_revision_that_is_shown(cast, orders, answer, part):
    order = orders[0]
    first, second = order.lines.order_by("sequence")
    answer({first: [part()]}, of=order)
    answer({second: [part()]}, of=order, at=NOW + timedelta(hours=1))
    ((number, _),) = last_of_each([order], cast.bea).values()
    assert number == 2
    order.revision = 2
    assert last_of_each([order], cast.bea) == {}


def test_many_documents_cost_as_many_queries_as_few(cast, answer, part):
    counts = []
    for number in (2, 9):
        orders = [factories.order(cast.acme, cast.northwind) for _ in range(number)]
        for order in orders:
            answer({order.lines.first(): [part()]}, of=order)
        made = ask_for_zip([order.pk for order in orders], by=cast.bea, at=NOW)
        with CaptureQueriesContext(connection) as found:
            make_zip(made.pk, at=NOW)
        counts.append(len(without_the_wall(found)))
        assert len(names(made)) == number
    assert counts[0] == counts[1] <= 12


def test_made_twice_it_is_the_same_file(cast, ids):
    made = [ask_for_zip(ids, by=cast.alice, at=NOW) for _ in range(2)]
    for one in made:
        make_zip(one.pk, at=NOW)
        one.refresh_from_db()
    assert bytes(made[0].data or b"") == bytes(made[1].data or b"")
    make_zip(made[0].pk, at=NOW)
    made[0].refresh_from_db()
    assert made[0].attempts == 1


def test_orders_of_strangers_are_not_in_it(cast, ids):
    theirs = factories.order(cast.globex, cast.northwind)
    made = ask_for_zip([*ids, theirs.pk], by=cast.alice, at=NOW)
    assert made.order_ids == ids
    for person in (cast.mallory, cast.boris):
        with pytest.raises(Refused, match="at least one"):
            ask_for_zip(ids, by=person, at=NOW)


def test_it_is_its_asker_s_alone_and_gone_with_their_membership(as_, cast, ids):
    made = ask_for_zip(ids, by=cast.alice, at=NOW)
    make_zip(made.pk, at=NOW)
    path = f"/orders/documents/{made.pk}.zip"
    assert as_(cast.alice).get(path).status_code == 200
    for person in (cast.olivia, cast.mallory, cast.bea):
        assert as_(person).get(path).status_code == 404
    Membership.objects.filter(user=cast.alice).delete()
    assert as_(cast.alice).get(path).status_code == 404


def test_who_lost_the_membership_before_it_was_made_gets_nothing(cast, ids):
    made = ask_for_zip(ids, by=cast.alice, at=NOW)
    Membership.objects.filter(user=cast.alice).delete()
    make_zip(made.pk, at=NOW)
    assert names(made) == []


def test_names_are_no_paths_and_two_equal_numbers_are_two_files(cast, ids, orders):
    cast.northwind.name = "../../etc/Nörthwind & Co"
    cast.northwind.save()
    for order in orders:
        order.number = "P/1"
        order.save()
    made = ask_for_zip(ids, by=cast.alice, at=NOW)
    make_zip(made.pk, at=NOW)
    assert len(set(names(made))) == 3
    assert all(name.startswith("______etc_Nörthwind _ Co/P_1-revision-1-") for name in names(made))


def test_too_many_are_refused_with_what_to_do(as_, cast, orders, monkeypatch):
    monkeypatch.setattr("orders.documents.actions.MOST_ORDERS", 2)
    answer = as_(cast.bea).post("/orders/documents/", {"all": "1"})
    assert answer.status_code == 422
    assert "Narrow the list" in answer.content.decode()


def test_one_that_keeps_failing_is_given_up_and_one_without_worker_is_found(cast, ids):
    made = ask_for_zip(ids, by=cast.alice, at=NOW)
    assert zips_without_worker(now=NOW) == []
    assert zips_without_worker(now=NOW + timedelta(minutes=5)) == [made.pk]
    DocumentZip.objects.filter(pk=made.pk).update(attempts=MOST_ATTEMPTS)
    make_zip(made.pk, at=NOW)
    made.refresh_from_db()
    assert made.state == ZipState.FAILED


def test_after_a_day_it_is_forgotten(cast, ids):
    ask_for_zip(ids, by=cast.alice, at=NOW)
    assert forget_old_zips(now=NOW) == 0
    assert forget_old_zips(now=NOW + ZIP_LASTS * 2) == 1


def test_buyers_and_readers_choose_lines_too_but_answer_none(as_, cast, orders):
    for person in (cast.bea, cast.rita):
        page = as_(person).get("/orders/").content.decode()
        assert 'name="line"' in page
        assert "PDFs" in page
        assert 'value="decline"' not in page
