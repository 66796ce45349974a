"""Administrators see the queue, send again and give up; nobody edits it, and no secret is shown."""

import pytest
from django.urls import reverse

from integrations.errors import NeedsAttention
from integrations.outbox import engine
from integrations.outbox.models import OutboxMessage
from tests.integrations.outbox.conftest import DOCUMENT, NOW, enqueue

LIST = "admin:outbox_outboxmessage_changelist"
KEY = "0123456789abcdef0123456789abcdef01234567"


@pytest.fixture(autouse=True)
def without_second_factor(settings) -> None:
    """How administrators prove who they are is tested elsewhere."""
    settings.SECOND_FACTOR_REQUIRED = False


@pytest.fixture
def parked(cast, partner) -> OutboxMessage:
    """A message Odoo refused, with a secret in it."""
    message = enqueue("a", payload={"order": 17, "api_key": "hunter2"}, correlation_id="QS-CLICK")
    partner.fails("a", NeedsAttention("Odoo has no such order.", detail=f"MissingError\nkey {KEY}"))
    engine.deliver_document(DOCUMENT, now=NOW)
    message.refresh_from_db()
    return message


def act(browser, action: str, *messages: OutboxMessage):
    chosen = [message.pk for message in messages]
    return browser.post(reverse(LIST), {"action": action, "_selected_action": chosen}, follow=True)


def page(browser, message: OutboxMessage) -> str:
    return browser.get(reverse("admin:outbox_outboxmessage_change", args=[message.pk])).content.decode()


def test_the_reason_is_a_sentence_with_the_detail_folded(as_, cast, parked):
    html = as_(cast.ada).get(reverse(LIST)).content.decode()
    assert "<details><summary>Odoo has no such order.</summary><pre>MissingError" in html


def test_no_secret_is_shown(as_, cast, parked):
    html = page(as_(cast.ada), parked)
    assert "&quot;order&quot;: 17" in html
    assert "hunter2" not in html
    assert KEY not in html
    assert "••••••" in html


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("status__exact=PARKED", True),
        ("status__exact=DELIVERED", False),
        ("topic=test.told", True),
        ("destination=odoo:1", True),
        ("destination=mail", False),
        ("fault_class=data", True),
        ("fault_class=bug", False),
        (f"q={DOCUMENT}", True),
        ("q=QS-CLICK", True),
        ("q=QS-OTHER", False),
    ],
)
def test_the_queue_is_filtered_and_searched(as_, cast, parked, query, found):
    html = as_(cast.ada).get(f"{reverse(LIST)}?{query}").content.decode()
    assert (f">{parked.pk}</a>" in html) is found


def test_send_again_delivers_and_keeps_who_did_it(as_, cast, parked, partner):
    browser = as_(cast.ada)
    response = act(browser, "send_again", parked)
    assert "1 of 1 will be sent again now." in response.content.decode()
    del partner.parts["a"]
    assert engine.deliver_document(DOCUMENT, now=NOW) == 1
    assert "Ada Administrator sent again. It had stopped with: Odoo has no such order." in page(
        browser, parked
    )


def test_give_up_lets_the_document_go_on(as_, cast, parked, partner):
    enqueue("b")
    act(as_(cast.ada), "give_up", parked)
    parked.refresh_from_db()
    assert parked.status == "OBSOLETE"
    assert parked.reason == "Ada Administrator gave this up. Odoo has no such order."
    assert engine.deliver_document(DOCUMENT, now=NOW) == 1


def test_what_is_delivered_is_left_alone_and_that_is_said(as_, cast, partner):
    message = enqueue("a")
    engine.deliver_document(DOCUMENT, now=NOW)
    html = act(as_(cast.ada), "send_again", message).content.decode()
    assert "0 of 1 will be sent again now. The others are being sent, delivered" in html
    message.refresh_from_db()
    assert message.status == "DELIVERED"


def test_nobody_adds_changes_or_deletes(as_, cast, parked):
    browser = as_(cast.ada)
    change = reverse("admin:outbox_outboxmessage_change", args=[parked.pk])
    assert browser.get(reverse("admin:outbox_outboxmessage_add")).status_code == 403
    assert browser.post(change, {"payload": "{}"}).status_code == 403
    assert browser.post(reverse("admin:outbox_outboxmessage_delete", args=[parked.pk])).status_code == 403
    act(browser, "delete_selected", parked)
    assert OutboxMessage.objects.filter(pk=parked.pk).exists()


@pytest.mark.parametrize("person", ["alice", "bea", "mallory"])
def test_others_do_not_get_in(as_, cast, parked, person):
    response = as_(getattr(cast, person)).post(
        reverse(LIST), {"action": "send_again", "_selected_action": [parked.pk]}
    )
    assert response.status_code in {302, 403}
    parked.refresh_from_db()
    assert parked.status == "PARKED"
