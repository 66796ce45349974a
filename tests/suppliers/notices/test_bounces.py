"""Mail that comes back is known by its report, whatever server wrote it."""

import io
import os
import sys
from types import SimpleNamespace

import pytest
from django.core.management import call_command
from django.db import OperationalError

from integrations.outbox.models import OutboxMessage
from suppliers.notices import actions
from suppliers.notices.actions import notify
from suppliers.notices.addresses import unreachable
from suppliers.notices.bounces import read_bounces
from suppliers.notices.deliveries import send_notice
from suppliers.notices.lifecycle import NoticeState
from suppliers.notices.models import Notice
from tests.factories import NOW
from tests.suppliers.notices.reports import AWAY, EXCHANGE, POSTFIX, report
from tests.suppliers.notices.test_notify import context

ID = "<0123456789abcdef@portal.example>"


@pytest.fixture
def notice(cast, order) -> Notice:
    """A mail to Alice that the mail server took."""
    notify(order, event="order_new", to=[cast.alice], context=context(), at=NOW, key="k")
    send_notice.handler(OutboxMessage.objects.get())
    Notice.objects.update(wants_clock=False)  # its clock runs
    return Notice.objects.get()


@pytest.fixture
def pipe(monkeypatch):
    """Hand a report to the command, as a mail server does."""

    def run(raw: bytes) -> None:
        monkeypatch.setattr(sys, "stdin", SimpleNamespace(buffer=io.BytesIO(raw)))
        call_command("take_bounce")

    return run


def test_a_report_with_the_head_alone():
    [bounce] = read_bounces(report(POSTFIX, ID))
    assert bounce.message_id == ID
    assert bounce.recipient == "alice@acme.example"
    assert bounce.is_final
    assert bounce.failure == "550 5.1.1 <alice@acme.example>: Recipient address rejected: User unknown"


def test_a_report_with_the_whole_mail():
    [bounce] = read_bounces(report(EXCHANGE, ID))
    assert (bounce.message_id, bounce.status) == (ID, "5.2.2")
    assert bounce.failure == "5.2.2 554 mailbox is full"


@pytest.mark.parametrize("action", ["delayed", "delivered", "relayed", "expanded"])
def test_only_what_failed_is_final(action):
    [bounce] = read_bounces(report(POSTFIX, ID, action=action))
    assert not bounce.is_final


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"\xff\xfe\x00 no mail at all",
        report(AWAY, ID),
        b"Content-Type: multipart/report; boundary=x\r\n\r\n--x--\r\n",
        b"Content-Type: multipart/report\r\n\r\nno boundary\r\n",
    ],
)
def test_what_is_no_report_says_nothing(raw):
    assert read_bounces(raw) == []


@pytest.mark.parametrize("kind", [POSTFIX, EXCHANGE])
def test_the_mail_is_marked_and_its_clock_looked_at_again(cast, notice, pipe, kind):
    pipe(report(kind, notice.message_id))
    notice.refresh_from_db()
    assert notice.state == NoticeState.BOUNCED
    assert notice.failed_at is not None
    assert notice.wants_clock
    assert notice.sent_at is not None
    assert unreachable([cast.alice.email, cast.bea.email]) == {cast.alice.email}


def test_the_same_report_twice_changes_nothing_more(notice, pipe):
    pipe(report(POSTFIX, notice.message_id))
    first = Notice.objects.get()
    pipe(report(EXCHANGE, notice.message_id))
    assert Notice.objects.get().failure == first.failure
    assert Notice.objects.get().failed_at == first.failed_at


@pytest.mark.parametrize(
    "raw", [report(POSTFIX, ID), report(AWAY, ID), report(POSTFIX, ""), b"nothing"], ids=range(4)
)
def test_what_is_not_about_a_mail_of_ours_changes_nothing(notice, pipe, raw):
    pipe(raw)
    assert Notice.objects.get().state == NoticeState.SENT


def test_a_delay_is_no_failure(notice, pipe):
    pipe(report(POSTFIX, notice.message_id, action="delayed"))
    assert Notice.objects.get().state == NoticeState.SENT


def test_mail_about_nothing_to_answer_has_no_clock(cast, notice, pipe):
    Notice.objects.update(event="role_changed")
    pipe(report(POSTFIX, notice.message_id))
    assert not Notice.objects.get().wants_clock


def test_a_database_that_is_away_lets_the_mail_server_try_again(notice, pipe, monkeypatch):
    def away(*args, **kwargs):
        raise OperationalError("away")

    monkeypatch.setattr("suppliers.notices.management.commands.take_bounce.take_bounces", away)
    with pytest.raises(SystemExit) as ended:
        pipe(report(POSTFIX, notice.message_id))
    assert ended.value.code == os.EX_TEMPFAIL
    assert actions.take_bounces is not away


def test_reports_go_to_the_address_that_is_set(cast, order, mailoutbox, settings):
    settings.BOUNCE_ADDRESS = "bounces@portal.example"
    notify(order, event="order_new", to=[cast.alice], context=context(), at=NOW, key="k")
    send_notice.handler(OutboxMessage.objects.get())
    [mail] = mailoutbox
    assert mail.from_email == "bounces@portal.example"  # the envelope's sender
    assert mail.message()["From"] == settings.DEFAULT_FROM_EMAIL
