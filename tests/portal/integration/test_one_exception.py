"""The page of one exception: request and answer without secrets, and changing it, alone or by two."""

from datetime import timedelta

import pytest
from django.utils import timezone

from integrations.outbox.handling import fingerprint
from integrations.outbox.models import Status
from tests import factories

KEY = "0123456789abcdef0123456789abcdef01234567"


@pytest.fixture
def message(order):
    return factories.exception(
        order,
        payload={
            "order": order.pk,
            "revision": 1,
            "lines": [{"line": 3, "quantity": "10", "on": "2026-12-15"}],
            "note": {"external_id": "quayside_note_1", "body": "Agreed."},
            "api_key": "hunter2",
        },
        detail=f"MissingError\nkey {KEY}",
    )


@pytest.fixture
def url(message):
    return f"/integration/exceptions/{message.pk}/"


def typed(message, **values):
    """What the form sends; paths are written with two underscores for what keywords cannot hold."""
    data = {"seen": fingerprint(message.payload), "reason": "A slip of the pen", "do": "change"}
    return data | values


def test_nothing_secret_is_shown(as_, anna, message, url):
    page = as_(anna).get(url).content.decode() + as_(anna).get(url + "change/").content.decode()
    assert "MissingError" in page
    assert "quayside_note_1" in page
    assert "hunter2" not in page
    assert KEY not in page
    assert 'name="value-api_key"' not in page
    assert 'name="value-note.external_id"' not in page


def test_what_waits_behind_it_is_counted_and_the_order_is_linked(as_, anna, message, url, order):
    factories.exception(order, status=Status.PENDING, parked_at=None, troubled_at=None)
    page = as_(anna).get(url).content.decode()
    assert "1 later message" in page
    assert f'href="/orders/{order.pk}/"' in page


def test_the_difference_is_shown_before_anything_is_changed(as_, anna, message, url):
    data = typed(message, do="show") | {"value-lines[0].on": "2026-12-20"}
    response = as_(anna).post(url + "change/", data)
    assert response.status_code == 200
    page = response.content.decode()
    assert "<del>2026-12-15</del>" in page
    assert "<ins>2026-12-20</ins>" in page
    assert "Change and send again" in page
    message.refresh_from_db()
    assert message.history == []


def test_a_date_is_changed_by_one_person_and_sent_again(as_, anna, message, url):
    data = typed(message) | {"value-lines[0].on": "2026-12-20"}
    assert as_(anna).post(url + "change/", data)["Location"] == url
    message.refresh_from_db()
    assert message.status == Status.PENDING
    assert message.payload["lines"][0]["on"] == "2026-12-20"
    assert message.payload["api_key"] == "hunter2"
    page = as_(anna).get(url).content.decode()
    assert "A slip of the pen" in page


def test_a_quantity_takes_two_people(as_, anna, bert, message, url):
    data = typed(message) | {"value-lines[0].quantity": "8"}
    page = as_(anna).post(url + "change/", data, follow=True).content.decode()
    assert "waits for a second person" in page
    assert "Approve and send again" not in page
    message.refresh_from_db()
    assert message.status == Status.PARKED
    as_(bert).post("/integration/exceptions/act/", {"do": "send", "ids": [message.pk]})
    as_(bert).post("/integration/exceptions/act/", {"do": "send_all"})
    again = as_(anna).post(url + "approve/", HTTP_REFERER="http://testserver" + url, follow=True)
    assert "This is your own change" in again.content.decode()
    message.refresh_from_db()
    assert message.payload["lines"][0]["quantity"] == "10"

    assert "Approve and send again" in as_(bert).get(url).content.decode()
    as_(bert).post(url + "approve/")
    message.refresh_from_db()
    assert (message.status, message.payload["lines"][0]["quantity"]) == (Status.PENDING, "8")
    assert [entry["by"] for entry in message.history] == ["Anna Admin", "Bert Admin", "Bert Admin"]


def test_a_change_is_declined_with_a_reason(as_, anna, bert, message, url):
    as_(anna).post(url + "change/", typed(message) | {"value-lines[0].quantity": "8"})
    as_(bert).post(url + "drop/", {"reason": "Ten were ordered"})
    message.refresh_from_db()
    assert (message.status, message.proposed_edit) == (Status.PARKED, None)
    page = as_(anna).get(url).content.decode()
    assert "Declined the change by Anna Admin" in page
    assert "Ten were ordered" in page


def test_a_double_click_proposes_once(as_, anna, message, url):
    data = typed(message) | {"value-lines[0].quantity": "8"}
    for _ in range(2):
        as_(anna).post(url + "change/", data)
    message.refresh_from_db()
    assert len(message.history) == 1


def test_every_problem_is_named_and_nothing_typed_is_lost(as_, anna, message, url):
    data = typed(message, reason="") | {"value-lines[0].quantity": "ten", "value-revision": "x"}
    response = as_(anna).post(url + "change/", data)
    assert response.status_code == 422
    page = response.content.decode()
    assert "A number such as 12.5" in page
    assert "A whole number is needed" in page
    assert "A reason is needed" in page
    assert 'value="ten"' in page


def test_what_somebody_else_changed_meanwhile_is_not_overwritten(as_, anna, message, url):
    data = typed(message) | {"value-lines[0].on": "2026-12-20"}
    message.payload["lines"][0]["on"] = "2026-12-18"
    message.save()
    page = as_(anna).post(url + "change/", data, HTTP_REFERER="http://testserver" + url, follow=True)
    assert "changed meanwhile" in page.content.decode()
    message.refresh_from_db()
    assert message.payload["lines"][0]["on"] == "2026-12-18"


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"status": Status.SENDING, "lease": "0" * 32, "leased_until": "later"}, "Is being sent"),
        ({"status": Status.PENDING, "due_at": "later"}, "Is tried again by itself, attempt 2 of"),
        ({"status": Status.PENDING, "due_at": None}, "as soon as a worker is free"),
        ({"status": Status.DELIVERED, "delivered_at": "later", "result": {"lines": 1}}, "Odoo has taken it"),
        ({"fault_class": "conflict"}, "Goes on by itself when the change in Odoo has been read"),
        ({"snoozed_until": "later"}, "shown again among the open ones"),
    ],
)
def test_the_page_says_what_happens_next(as_, anna, order, fields, words):
    later = timezone.now() + timedelta(hours=1)
    fields = {name: later if value == "later" else value for name, value in fields.items()}
    if fields.get("status"):
        fields["parked_at"] = None
    message = factories.exception(order, **fields)
    assert words in as_(anna).get(f"/integration/exceptions/{message.pk}/").content.decode()
