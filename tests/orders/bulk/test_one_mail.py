"""A job over many orders tells each buyer once; what each chose for themselves still holds."""

from datetime import date
from decimal import Decimal

import pytest

from integrations.outbox.models import OutboxMessage
from orders.bulk.actions import answer_next_order, send_job
from orders.purchasing.models import PurchaseOrderLine
from suppliers.inbox.deliveries import send_digest
from suppliers.inbox.digests import send_digests
from suppliers.notices.deliveries import send_notice
from suppliers.notices.events import Kind
from suppliers.notices.lifecycle import NoticeState
from suppliers.notices.models import Digest, Notice, Preference
from suppliers.people.models import Role
from suppliers.policies.records import Bound
from tests import factories
from tests.orders.bulk.conftest import CONFIRM, LATER, WEEK_LATER


@pytest.fixture
def deliver(mailoutbox):
    """Let the outbox send all mail that waits; returns what was sent."""

    def run():
        for message in OutboxMessage.objects.filter(topic="notice.mail"):
            send_notice.handler(message)
        for message in OutboxMessage.objects.filter(topic="digest.mail"):
            send_digest.handler(message)
        return mailoutbox

    return run


def test_a_buyer_gets_one_mail_that_counts_and_names_the_orders(drawn_up, worked_off, orders, cast, deliver):
    worked_off(drawn_up(WEEK_LATER))
    [mail] = deliver()
    assert mail.to == [cast.bea.email]
    assert mail.subject == "Acme Fasteners GmbH: 3 orders answered, 3 need you"
    assert "Reason: The ship is late" in mail.body
    assert all(f"{order.number}: http" in mail.body for order in orders)
    assert "2026-12-15 -> 2026-12-22" in mail.body
    assert f"/decide/?supplier={cast.acme.pk}" in mail.body
    assert set(Notice.objects.values_list("state", flat=True)) == {NoticeState.SENT}


def test_only_what_needs_the_buyer_is_named(cast, drawn_up, worked_off, orders, ids, deliver):
    max_ = factories.member(factories.user("Max Manager"), cast.northwind, Role.MANAGER)
    factories.policy(cast.northwind, max_, "DATE", product_code="FST-OK", upper=Bound(Decimal(10)))
    orders[2].lines.update(product_code="FST-OK")
    worked_off(drawn_up(WEEK_LATER))
    mail = next(mail for mail in deliver() if mail.to == [cast.bea.email])
    assert mail.subject.endswith("3 orders answered, 2 need you")
    assert "1 is agreed." in mail.body
    assert orders[2].number not in mail.body


def test_when_nothing_needs_them_nobody_is_written_to(drawn_up, worked_off, deliver):
    worked_off(drawn_up(CONFIRM))
    assert deliver() == []
    assert not Digest.objects.exists()


def test_nothing_is_sent_before_the_job_is_done(drawn_up, deliver, cast):
    job = drawn_up(WEEK_LATER)
    send_job(job, by=job.by, at=factories.NOW)
    assert answer_next_order(job.pk, at=LATER)
    # Neither by the job nor by the digests that everybody else's mail is collected for.
    assert send_digests(now=LATER) == 0
    assert deliver() == []
    while answer_next_order(job.pk, at=LATER):
        pass
    assert len(deliver()) == 1
    assert answer_next_order(job.pk, at=LATER) is False
    assert OutboxMessage.objects.filter(topic="digest.mail").count() == 1


def test_a_single_order_that_needs_them_is_told_as_ever(cast, drawn_up, worked_off, orders, deliver):
    lines = list(PurchaseOrderLine.objects.filter(order=orders[0]).values_list("pk", flat=True))
    worked_off(drawn_up(WEEK_LATER, lines))
    [mail] = deliver()
    assert mail.subject.startswith(f"Order {orders[0].number} of")
    assert not Digest.objects.exists()


def test_buyers_of_other_companies_read_of_their_own_orders_only(cast, drawn_up, worked_off, orders, deliver):
    south = factories.company("Southwind Trading", odoo_company_id=2)
    boss = factories.member(factories.user("Sue South"), south, Role.BUYER)
    others = [factories.order(cast.acme, south) for _ in range(2)]
    chosen = PurchaseOrderLine.objects.filter(order__in=[*orders, *others]).values_list("pk", flat=True)
    worked_off(drawn_up(WEEK_LATER, list(chosen)))
    of = {mail.to[0]: mail for mail in deliver()}
    assert "3 orders answered, 3 need" in of[cast.bea.email].subject
    assert "2 orders answered, 2 need" in of[boss.email].subject
    assert orders[0].number not in of[boss.email].body


def test_what_somebody_chose_for_themselves_holds(cast, drawn_up, worked_off, deliver):
    quiet = factories.member(factories.user("Quinn Quiet"), cast.northwind, Role.BUYER)
    daily = factories.member(factories.user("Dora Daily"), cast.northwind, Role.BUYER)
    Preference.objects.create(user=quiet, kind=Kind.PROPOSALS, mail="NEVER")
    Preference.objects.create(user=daily, kind=Kind.PROPOSALS, mail="DAILY")
    worked_off(drawn_up(WEEK_LATER))
    assert [mail.to for mail in deliver()] == [[cast.bea.email]]
    states = Notice.objects.filter(to_user__in=[quiet, daily]).values_list("to_user", "state", "digest")
    assert set(states) == {
        (quiet.pk, NoticeState.SILENT, None),
        (daily.pk, NoticeState.COLLECTED, None),
    }


def test_a_day_stays_the_day_it_is(drawn_up, worked_off):
    worked_off(drawn_up(WEEK_LATER))
    assert set(PurchaseOrderLine.objects.values_list("asked_on", flat=True)) == {date(2026, 12, 15)}


def test_the_demo_shows_the_one_mail_to_whom_it_went(drawn_up, worked_off, as_, cast, orders, settings):
    settings.DEMO = True
    worked_off(drawn_up(WEEK_LATER))
    path = f"/mail/{Notice.objects.first().pk}/"
    assert "3 orders answered, 3 need you" in as_(cast.bea).get(path).content.decode()
    # Others see what concerns the order alone.
    page = as_(cast.alice).get(path).content.decode()
    assert "3 orders answered" not in page
    assert "proposes a change" in page
