"""The exception queue: what needs whom, and what is done with one, with many, with all that match."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from integrations.outbox.models import OutboxMessage, Status
from portal.integration import queue
from suppliers.people.models import BuyerCompany, Role
from tests import factories
from tests.queries import without_the_wall

URL = "/integration/exceptions/"
ACT = "/integration/exceptions/act/"


def shown(response):
    return [row.message.pk for row in response.context["rows"]]


def test_it_says_what_happened_to_what_and_what_comes_next(as_, anna, order):
    factories.exception(order, reason="Odoo says no.")
    page = as_(anna).get(URL).content.decode()
    for words in (order.number, "Odoo says no.", "Data", "Needs attention", "Nothing by itself"):
        assert words in page


def test_each_message_stands_under_one_tab(as_, anna, order):
    now = timezone.now()
    parked = factories.exception(order)
    put_off = factories.exception(order, snoozed_until=now + timedelta(hours=1))
    again = factories.exception(order, status=Status.PENDING, parked_at=None, due_at=now)
    done = factories.exception(order, status=Status.DELIVERED, parked_at=None, delivered_at=now)
    never_failed = factories.exception(
        order, status=Status.DELIVERED, parked_at=None, delivered_at=now, troubled_at=None
    )
    browser = as_(anna)
    assert shown(browser.get(URL)) == [parked.pk]
    assert shown(browser.get(URL, {"state": "waiting"})) == [again.pk, put_off.pk]
    assert shown(browser.get(URL, {"state": "solved"})) == [done.pk]
    assert never_failed.pk != done.pk


def test_filters_narrow_by_class_connection_kind_person_and_words(as_, anna, cast, order):
    data = factories.exception(order, reason="No such product.")
    conflict = factories.exception(order, fault_class="conflict", assigned_to_id=anna.pk)
    other = factories.order(cast.acme, cast.northwind)
    elsewhere = factories.exception(other, correlation_id="QS-0123456789")
    browser = as_(anna)

    def found(**query):
        return set(shown(browser.get(URL, query)))

    assert found(**{"class": "conflict"}) == {conflict.pk}
    assert found(q="such product") == {data.pk}
    assert found(q=other.number.lower()) == {elsewhere.pk}
    assert found(q="qs-0123456789") == {elsewhere.pk}
    assert found(mine="1") == {conflict.pk}
    assert found(topic="purchase_order.agreement") == {data.pk, conflict.pk, elsewhere.pk}
    assert found(connection=cast.northwind.connection_id) == {data.pk, conflict.pk, elsewhere.pk}
    assert found(connection="999999") == set()


def test_pages_follow_each_other_without_gap_or_double(as_, anna, order, monkeypatch):
    monkeypatch.setattr(queue, "PAGE", 2)
    pks = [factories.exception(order).pk for _ in range(5)]
    browser, seen, url = as_(anna), [], URL
    while url:
        response = browser.get(url)
        seen += shown(response)
        back, url = response.context["newer_url"], response.context["older_url"]
    assert seen == pks[::-1]
    assert shown(browser.get(back)) == [pks[2], pks[1]]


def test_another_company_s_exceptions_do_not_exist(as_, cast, anna, sonia, order):
    message = factories.exception(order)
    browser = as_(sonia)
    assert shown(browser.get(URL)) == []
    for way in ("", "change/"):
        assert browser.get(f"{URL}{message.pk}/{way}").status_code == 404
    assert browser.post(f"{URL}{message.pk}/act/", {"do": "send"}).status_code == 404
    browser.post(ACT, {"do": "give_up", "ids": [message.pk]})
    browser.post(ACT, {"do": "send_all"})
    message.refresh_from_db()
    assert (message.status, message.history) == (Status.PARKED, [])


def test_companies_behind_one_connection_see_their_own_orders_only(as_, cast, anna, order):
    sister = BuyerCompany.objects.create(
        name="Northwind Sud", connection=cast.northwind.connection, odoo_company_id=77
    )
    theirs = factories.exception(factories.order(cast.acme, sister))
    of_nobody = factories.exception(document="vendor:5", destination=f"odoo:{sister.connection_id}")
    assert shown(as_(anna).get(URL)) == []
    assert as_(anna).get(f"{URL}{theirs.pk}/").status_code == 404
    factories.member(anna, sister, Role.ADMINISTRATOR)
    assert shown(as_(anna).get(URL)) == [of_nobody.pk, theirs.pk]


def test_whoever_runs_the_installation_sees_everything(as_, cast, order):
    own = factories.exception(order)
    mail = factories.exception(document="notice:1", destination="mail")
    assert shown(as_(cast.ada).get(URL)) == [mail.pk, own.pk]
    assert as_(cast.ada).get(f"{URL}{mail.pk}/").status_code == 200


def test_a_manager_looks_but_does_not_touch(as_, max_, order):
    message = factories.exception(order)
    page = as_(max_).get(URL).content.decode()
    assert order.number in page
    assert "Send the chosen again" not in page
    assert as_(max_).post(ACT, {"do": "send", "ids": [message.pk]}).status_code == 403
    assert as_(max_).post(f"{URL}{message.pk}/act/", {"do": "send"}).status_code == 403


def test_chosen_ones_are_sent_again_and_a_double_click_changes_nothing(as_, anna, order):
    one, two, three = (factories.exception(order) for _ in range(3))
    for _ in range(2):
        as_(anna).post(ACT, {"do": "send", "ids": [one.pk, two.pk]})
    for message in (one, two, three):
        message.refresh_from_db()
    assert [message.status for message in (one, two, three)] == ["PENDING", "PENDING", "PARKED"]
    assert [(entry["by"], entry["did"]) for entry in one.history] == [("Anna Admin", "Sent again")]


def test_all_that_match_are_sent_again(as_, anna, cast, order):
    bugs = [factories.exception(order, fault_class="bug") for _ in range(3)]
    data = factories.exception(order)
    page = as_(anna).get(URL, {"class": "bug"})
    assert "Send all 3 again" in page.content.decode()
    response = as_(anna).post(ACT, {"do": "send_all", **page.context["fields"]})
    assert response["Location"] == f"{URL}?class=bug"
    sent = OutboxMessage.objects.filter(status=Status.PENDING).values_list("pk", flat=True)
    assert set(sent) == {bug.pk for bug in bugs}
    data.refresh_from_db()
    assert data.history == []


def test_one_is_given_up_put_off_and_handed_over(as_, anna, bert, cast, order):
    message, browser = factories.exception(order), as_(anna)
    url = f"{URL}{message.pk}/act/"
    browser.post(url, {"do": "put_off", "until": "tomorrow"})
    browser.post(url, {"do": "assign", "to": bert.pk})
    message.refresh_from_db()
    assert message.snoozed_until is not None
    assert message.assigned_to_name == "Bert Admin"
    assert shown(browser.get(URL)) == []
    browser.post(url, {"do": "put_off", "until": "now"})
    assert shown(browser.get(URL)) == [message.pk]
    browser.post(url, {"do": "give_up"})
    message.refresh_from_db()
    assert message.status == Status.OBSOLETE
    assert shown(browser.get(URL, {"state": "solved"})) == [message.pk]


def test_nobody_is_given_work_they_cannot_do(as_, anna, cast, order):
    message = factories.exception(order)
    page = as_(anna).post(f"{URL}{message.pk}/act/", {"do": "assign", "to": cast.bea.pk}, follow=True)
    assert "not an administrator" in page.content.decode()
    message.refresh_from_db()
    assert message.assigned_to_id is None


@pytest.mark.parametrize(
    "data", [{}, {"do": "send"}, {"do": "dance", "ids": "1"}, {"do": "send", "ids": "x"}]
)
def test_nonsense_is_answered_in_words(as_, anna, order, data):
    factories.exception(order)
    page = as_(anna).post(ACT, data, HTTP_REFERER="http://testserver" + URL, follow=True)
    assert "hoose" in page.content.decode()


def test_the_page_costs_the_same_with_one_and_with_fifty(as_, anna, cast, order):
    browser = as_(anna)

    def queries() -> int:
        browser.get(URL)
        with CaptureQueriesContext(connection) as found:
            assert browser.get(URL).status_code == 200
        return len(without_the_wall(found))

    factories.exception(order)
    few = queries()
    for _ in range(60):
        factories.exception(factories.order(cast.acme, cast.northwind, lines=0))
    assert queries() == few
    assert few <= 12


def test_the_worklist_and_the_navigation_lead_there(as_, anna, cast, order):
    factories.exception(order)
    page = as_(anna).get("/").content.decode()
    assert "1 exception" in page
    assert 'href="/integration/"' in page
    for person in (cast.bea, cast.alice):
        page = as_(person).get("/").content.decode()
        assert "/integration/" not in page


def test_a_message_that_odoo_did_not_take_belongs_to_its_order_s_company(as_, anna, cast, order):
    """Also where another company, with other administrators, shares the connection."""
    factories.company("Second Company", connection=cast.northwind.connection)
    factories.exception(order, topic="order.message", document=f"order_messages:{order.pk}", payload={})
    page = as_(anna).get("/integration/exceptions/").content.decode()
    assert order.number in page
    assert "Message to Odoo" in page
