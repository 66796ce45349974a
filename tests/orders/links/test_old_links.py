"""Old links say how the order stands, and send a fresh one to the address on file: to nowhere else."""

import re
from datetime import timedelta

import pytest
from django.utils import timezone

from integrations.odoo.secrets import decrypt
from orders.links import actions
from orders.links.lifecycle import Cause, LinkState
from orders.links.models import AnswerLink
from orders.links.rules import FRESH_LINKS
from orders.purchasing.lifecycle import OrderState
from orders.purchasing.models import PurchaseOrder
from suppliers.journal.models import JournalEntry
from suppliers.notices.models import Notice
from suppliers.people.models import Membership
from tests.factories import NOW


@pytest.fixture
def changed(order, link):
    """The buyer changed the order after Alice's link was sent."""
    PurchaseOrder.objects.filter(pk=order.pk).update(revision=2)
    order.refresh_from_db()
    return order


@pytest.fixture
def expired(issue):
    """A link that was sent two months ago."""
    return issue(at=timezone.now() - timedelta(days=60))


@pytest.mark.parametrize("why", ["changed", "expired"])
def test_an_old_link_says_how_the_order_stands_and_no_more(request, order, path, phone, why):
    found = request.getfixturevalue(why)
    page = phone().get(found if isinstance(found, str) else path).content.decode()
    assert order.number in page
    assert "To confirm" in page
    assert "Send a fresh link" in page
    for secret in ("Hex bolt", "4.50", "45.00", "acknowledge/"):
        assert secret not in re.sub(r"/answer/\S+|csrfmiddlewaretoken\S+ value=\S+", "", page)


def test_it_says_what_it_was_for_and_what_the_order_is_now(changed, path, phone):
    page = phone().get(path).content.decode()
    assert "Your link is for revision 1" in page
    assert "which is at revision 2 now" in page


def test_a_fresh_link_goes_to_the_address_on_file_and_opens_the_order_as_it_is(cast, changed, path, phone):
    response = phone().post(f"{path}renew/", {"email": "eve@evil.example"}, follow=True)
    assert "on its way to the address on file" in response.content.decode()
    notice = Notice.objects.get()
    assert (notice.event, notice.to_email) == ("order_link", cast.alice.email)
    fresh = re.sub(r"^https?://[^/]+", "", decrypt(notice.sealed_link))
    assert fresh not in response.content.decode()
    assert "Send me the code" in phone().get(fresh).content.decode()
    assert AnswerLink.objects.get(cause=Cause.READER).revision == 2
    assert JournalEntry.objects.get().verb == "link.renewed"


def test_the_reply_is_the_same_whether_or_not_a_mail_is_written(cast, changed, path, phone, issue):
    first = phone().post(f"{path}renew/", follow=True)
    second = phone().post(f"{path}renew/", follow=True)
    says = "on its way to the address on file"
    assert says in first.content.decode()
    assert says in second.content.decode()
    assert Notice.objects.count() == 1


def test_it_goes_to_the_address_the_reader_has_now(cast, changed, path, phone):
    cast.alice.email = "alice.brandt@acme.example"
    cast.alice.save()
    phone().post(f"{path}renew/")
    assert Notice.objects.get().to_email == "alice.brandt@acme.example"


def test_not_too_often(cast, changed, link):
    pause = FRESH_LINKS.pause
    sent = [actions.send_fresh_link(link, to=cast.alice, at=NOW + n * pause / 2) for n in range(4)]
    assert sent == [True, False, True, False]


def test_three_an_hour_and_six_a_day(cast, changed, link):
    def ask(at):
        return actions.send_fresh_link(link, to=cast.alice, at=at)

    pause = FRESH_LINKS.pause
    assert [ask(NOW + n * pause) for n in range(4)] == [True, True, True, False]
    assert [ask(NOW + timedelta(hours=3) + n * pause) for n in range(4)] == [True, True, True, False]
    assert not ask(NOW + timedelta(hours=9))
    assert ask(NOW + timedelta(hours=24))


def test_a_link_that_works_is_not_renewed(cast, link, phone, path):
    phone().post(f"{path}renew/")
    assert not Notice.objects.exists()


@pytest.mark.parametrize("state", [OrderState.CANCELLED, OrderState.WITHDRAWN])
def test_for_a_closed_order_nothing_is_sent(changed, path, phone, state):
    PurchaseOrder.objects.update(state=state)
    phone().post(f"{path}renew/")
    assert not Notice.objects.exists()


def test_to_somebody_who_left_nothing_is_sent_or_told(cast, changed, path, phone):
    Membership.objects.filter(user=cast.alice).delete()
    response = phone().post(f"{path}renew/", follow=True)
    assert not Notice.objects.exists()
    assert changed.number not in response.content.decode()


def test_a_withdrawn_link_tells_nothing_and_renews_nothing(cast, changed, link, path, phone):
    actions.revoke_link(link, by=cast.bea, at=NOW)
    page = phone().get(path).content.decode()
    assert "was withdrawn" in page
    assert changed.number not in page
    phone().post(f"{path}renew/")
    assert not Notice.objects.exists()


@pytest.mark.parametrize("verb", ["code", "device"])
def test_no_code_is_sent_or_taken_for_an_old_link(changed, path, phone, verb):
    response = phone().post(f"{path}{verb}/", {"code": "123456"})
    assert response.status_code == 409
    assert not Notice.objects.exists()


def test_whoever_may_no_longer_see_the_order_comes_before_everything_else():
    assert not LinkState.LEFT.tells_how_it_stands
    assert not LinkState.REVOKED.tells_how_it_stands
    assert {state for state in LinkState if state.may_be_renewed} == {LinkState.OLD, LinkState.EXPIRED}
