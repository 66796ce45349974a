"""Digests: at the reader's own time, each thing once, sorted by what is to be done."""

import smtplib
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.core.mail import EmailMultiAlternatives

from integrations.errors import NeedsAttention
from integrations.outbox.models import OutboxMessage
from suppliers.calendars.actions import set_working_hours
from suppliers.calendars.rules import USUAL_WEEK, Calendar
from suppliers.inbox.deliveries import send_digest
from suppliers.inbox.digests import send_digests, write_digest
from suppliers.inbox.slots import latest_slot
from suppliers.notices.actions import notify, take_bounces
from suppliers.notices.bounces import Bounce
from suppliers.notices.events import Kind
from suppliers.notices.frequency import Frequency
from suppliers.notices.lifecycle import NoticeState
from suppliers.notices.models import Absence, Digest, Notice, Preference
from tests import factories
from tests.suppliers.notices.test_notify import context

BRUSSELS, TOKYO = ZoneInfo("Europe/Brussels"), ZoneInfo("Asia/Tokyo")


def at(day: int, hour: int, minute: int = 0, zone=BRUSSELS) -> datetime:
    return datetime(2026, 11, day, hour, minute, tzinfo=zone)


@pytest.fixture
def tell(cast, order):
    """Tell Alice of something about an order, on Monday at ten unless said otherwise."""

    def told(event="order_new", *, of=None, when=None, key="k", to=None):
        row = of or order
        words = context()
        words["order"]["number"] = row.number
        person = to or cast.alice
        notify(row, event=event, to=[person], context=words, at=when or at(23, 10), key=key)

    return told


@pytest.fixture
def daily(cast):
    for kind in (Kind.ORDERS, Kind.DECISIONS, Kind.REMINDERS, Kind.PROPOSALS):
        for person in (cast.alice, cast.bea):
            Preference.objects.create(user=person, kind=kind, mail="DAILY")


@pytest.fixture
def deliver(mailoutbox):
    def run():
        for message in OutboxMessage.objects.filter(topic="digest.mail", status="PENDING"):
            send_digest.handler(message)
        return mailoutbox

    return run


@pytest.mark.parametrize(
    ("frequency", "now", "slot"),
    [
        ("HOURLY", at(24, 10, 42), at(24, 10)),
        ("DAILY", at(24, 10), at(24, 8)),
        ("DAILY", at(24, 7, 59), at(23, 8)),
        ("DAILY", at(29, 12), at(27, 8)),  # Sunday: Friday's morning
        ("WEEKLY", at(26, 12), at(23, 8)),
        ("WEEKLY", at(23, 7), at(16, 8)),
    ],
)
def test_when_it_is_due(frequency, now, slot):
    assert latest_slot(Frequency(frequency), Calendar(BRUSSELS), now) == slot


def test_a_week_begins_with_its_first_working_day():
    # 26 October is a Monday on which the clock has just been put back; in Portugal 1 December is a holiday.
    lisbon = Calendar(ZoneInfo("Europe/Lisbon"), week=((), *USUAL_WEEK[1:]), country="PT")
    now = datetime(2026, 12, 2, 9, tzinfo=ZoneInfo("Europe/Lisbon"))
    assert latest_slot(Frequency.WEEKLY, lisbon, now) == now.replace(hour=8)
    closed = Calendar(BRUSSELS, week=((),) * 7)
    assert latest_slot(Frequency.DAILY, closed, now) is None


def test_it_comes_in_the_supplier_s_own_morning(cast, tell, daily):
    set_working_hours(
        cast.acme,
        time_zone="Asia/Tokyo",
        country="JP",
        subdivision="",
        week=USUAL_WEEK,
        by=cast.olivia,
        at=at(2, 9),
    )
    tell(when=at(24, 10))
    assert send_digests(now=at(24, 23, 59)) == 0
    # Wednesday, eight in the morning in Tokyo, is midnight in Brussels.
    assert send_digests(now=at(25, 0)) == 1


def test_each_thing_comes_once_with_a_button_to_exactly_what_waits(cast, order, tell, daily, deliver):
    other = factories.order(cast.acme, cast.northwind)
    tell(key="a")
    tell(of=other, key="b")
    tell("order_decided", key="c")
    assert send_digests(now=at(23, 23)) == 0
    for _ in range(3):
        send_digests(now=at(24, 9))
    [mail] = deliver()
    assert mail.subject == "3 things for you in Quayside"
    text, html = mail.body, mail.alternatives[0].content
    assert text.index("Orders that wait for your answer (2)") < text.index(
        "Decisions on what you proposed (1)"
    )
    assert "/orders/?state=confirm" in text
    assert f"/orders/{order.pk}/" in html
    assert f"/orders/{other.pk}/" in html
    assert html.count("Confirm or change") == 1
    assert set(Notice.objects.values_list("state", flat=True)) == {NoticeState.SENT}
    assert Digest.objects.count() == 1
    assert send_digests(now=at(25, 9)) == 0


def test_what_comes_later_waits_for_the_next_morning(tell, daily, deliver):
    tell(key="a")
    tell(key="b", when=at(24, 8, 30))
    send_digests(now=at(24, 9))
    assert Notice.objects.filter(digest=None).count() == 1
    send_digests(now=at(25, 8))
    assert len(deliver()) == 2


def test_a_morning_that_was_missed_is_made_up_for(tell, daily):
    tell()
    assert send_digests(now=at(28, 15)) == 1  # on Saturday, after days without a scheduler


def test_the_clock_of_an_order_begins_when_the_digest_is_sent(cast, tell, daily, deliver):
    tell()
    send_digests(now=at(24, 9))
    assert not Notice.objects.filter(sent_at__isnull=False).exists()
    deliver()
    notice = Notice.objects.get()
    assert notice.sent_at is not None
    assert notice.wants_clock


def test_what_was_opened_meanwhile_is_no_news(cast, tell, daily):
    tell("order_decided")
    Notice.objects.update(opened_at=at(23, 11))
    assert send_digests(now=at(24, 9)) == 0
    assert Notice.objects.get().state == NoticeState.SILENT


def test_a_buyer_gets_it_in_the_morning_where_they_live(cast, tell, daily):
    cast.bea.time_zone = "Asia/Tokyo"
    cast.bea.save()
    tell("order_proposed", to=cast.bea, when=at(23, 10))
    assert send_digests(now=at(24, 7, 59, zone=TOKYO)) == 0
    assert send_digests(now=at(24, 8, zone=TOKYO)) == 1
    assert "Proposals to decide" in Digest.objects.get().text
    assert "/decide/" in Digest.objects.get().text


def test_whoever_stands_in_reads_for_whom(cast, tell, daily):
    Absence.objects.create(
        user=cast.olivia, delegate=cast.alice, first_day=date(2026, 11, 23), last_day=date(2026, 11, 23)
    )
    tell(to=cast.olivia)
    send_digests(now=at(24, 9))
    assert "(for a colleague who is away)" in Digest.objects.get().text


def test_a_digest_that_is_refused_or_comes_back_marks_what_it_told(cast, tell, daily, deliver, monkeypatch):
    tell()
    send_digests(now=at(24, 9))

    def refuse(self):
        raise smtplib.SMTPRecipientsRefused({"a": (550, b"no such user")})

    with monkeypatch.context() as patch:
        patch.setattr(EmailMultiAlternatives, "send", refuse)
        with pytest.raises(NeedsAttention):
            deliver()
    assert Notice.objects.get().state == NoticeState.REFUSED

    deliver()
    digest = Digest.objects.get()
    [notice] = take_bounces([Bounce(digest.message_id, "a", "failed", "5.1.1", "550 gone")], at=at(24, 10))
    assert notice.state == NoticeState.BOUNCED


def test_one_that_fails_does_not_hold_up_the_others(cast, tell, daily, monkeypatch, caplog):
    tell()
    tell("order_proposed", to=cast.bea)

    def write(user, *, now):
        if user == cast.alice:
            raise RuntimeError("a bug")
        return write_digest(user, now=now)

    monkeypatch.setattr("suppliers.inbox.digests.write_digest", write)
    assert send_digests(now=at(24, 9)) == 1
    assert "could not be written" in caplog.text


def test_many_things_of_a_kind_are_counted(cast, tell, daily):
    for number in range(45):
        tell("order_decided", key=f"k{number}")
    send_digests(now=at(24, 9) + timedelta(days=1))
    text = Digest.objects.get().text
    assert "Decisions on what you proposed (45)" in text
    assert "and 5 more" in text
