"""One mail per order, not two: what was not sent yet is told in the mail about what came after it."""

from contextlib import suppress

import pytest

from integrations.outbox.delivery import Overtaken
from integrations.outbox.models import OutboxMessage
from orders.purchasing.mail import tell_supplier_of_change, tell_supplier_of_new_order
from suppliers.notices.deliveries import send_notice
from suppliers.notices.events import Kind
from suppliers.notices.folding import merged
from suppliers.notices.lifecycle import NoticeState
from suppliers.notices.models import Notice, Preference
from tests import factories
from tests.factories import NOW


def change(old="10", new="12", field="quantity", label="line 1 (FST-1)"):
    return {"line": 1, "label": label, "field": field, "old": old, "new": new}


@pytest.fixture
def new(order):
    def tell():
        tell_supplier_of_new_order(order, list(order.lines.all()), at=NOW)

    return tell


@pytest.fixture
def changed(order):
    def tell(*changes):
        order.revision += 1
        order.save()
        tell_supplier_of_change(order, changes, at=NOW)

    return tell


@pytest.fixture
def deliver(mailoutbox):
    """Let the outbox send what waits, and return what Alice got."""

    def run(cast):
        for message in OutboxMessage.objects.filter(topic="notice.mail", status="PENDING").order_by("pk"):
            with suppress(Overtaken):
                send_notice.handler(message)
        return [mail for mail in mailoutbox if mail.to == [cast.alice.email]]

    return run


def test_a_new_order_that_changes_before_it_is_sent_is_one_mail_of_the_order_as_it_is(
    cast, order, new, changed, deliver
):
    new()
    order.lines.update(quantity=12)
    changed(change())
    [mail] = deliver(cast)
    assert mail.subject == f"New order {order.number} from Northwind Distribution"
    assert "12 Units" in mail.body
    assert "->" not in mail.body  # to whom it is new, nothing has changed
    states = dict(Notice.objects.filter(to_user=cast.alice).values_list("key", "state"))
    assert states == {
        f"order-{order.pk}-new": NoticeState.FOLDED,
        f"order-{order.pk}-revision-2": NoticeState.SENT,
    }


def test_changes_one_after_the_other_are_one_mail_from_the_first_to_the_last_value(
    cast, new, changed, deliver
):
    new()
    deliver(cast)
    changed(change("10", "12"), change("4.50", "4.80", "price"))
    changed(change("12", "15"), change("4.80", "4.50", "price"))
    _, mail = deliver(cast)
    assert "quantity: 10 -> 15" in mail.body
    assert "price" not in mail.body  # it is back where it was


def test_what_was_sent_is_sent(cast, new, changed, deliver):
    new()
    deliver(cast)
    changed(change())
    assert len(deliver(cast)) == 2
    assert not Notice.objects.filter(state=NoticeState.FOLDED).exists()


def test_a_mail_that_is_on_its_way_is_not_taken_back(cast, new, changed):
    new()
    Notice.objects.update(state=NoticeState.SENDING)
    changed(change())
    assert not Notice.objects.filter(state=NoticeState.FOLDED).exists()


def test_whoever_comes_second_to_a_mail_leaves_it(cast, new, changed):
    new()
    message = OutboxMessage.objects.order_by("pk")[0]
    changed(change())
    with pytest.raises(Overtaken, match="later mail"):
        send_notice.handler(message)


def test_other_orders_are_other_mails(cast, order, new, changed, deliver):
    other = factories.order(cast.acme, cast.northwind)
    tell_supplier_of_new_order(other, list(other.lines.all()), at=NOW)
    changed(change())
    assert len(deliver(cast)) == 2


def test_who_had_it_collected_gets_it_once(cast, new, changed):
    Preference.objects.create(user=cast.alice, kind=Kind.ORDERS, mail="DAILY")
    new()
    changed(change())
    states = list(Notice.objects.filter(to_user=cast.alice).order_by("pk").values_list("state", flat=True))
    assert states == [NoticeState.FOLDED, NoticeState.COLLECTED]


def test_the_clock_runs_on_the_mail_that_is_sent(cast, new, changed):
    new()
    changed(change())
    asking = Notice.objects.filter(to_user=cast.alice, wants_clock=True)
    assert [notice.state for notice in asking] == [NoticeState.WAITING]


@pytest.mark.parametrize(
    ("changes", "one"),
    [
        ([change("1", "2"), change("2", "3")], [("1", "3")]),
        ([change("1", "2"), change("2", "1")], []),
        ([change("1", "2"), change("8", "9", "price")], [("1", "2"), ("8", "9")]),
        ([change("", "added", "line", "line 3"), change("1", "2")], [("", "added"), ("1", "2")]),
    ],
)
def test_changes_are_added_up(changes, one):
    assert [(found["old"], found["new"]) for found in merged(changes)] == one
