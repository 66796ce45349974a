"""People are told by mail, once, in words they understand."""

from datetime import date
from decimal import Decimal

import pytest
from django.template import TemplateDoesNotExist

from integrations.outbox.models import OutboxMessage
from suppliers.notices.actions import notify
from suppliers.notices.models import Notice
from tests.factories import NOW

EVENTS = ["order_new", "order_changed", "order_decided", "order_countered", "order_proposed"]


def context(**more):
    order = {
        "number": "P00042",
        "supplier": "Acme Fasteners GmbH",
        "company": "Northwind Distribution",
        "currency": "EUR",
        "amount_total": Decimal("1250.5000"),
        "needed_on": date(2026, 12, 15),
        "url": "/orders/42/",
    }
    lines = [
        {
            "label": "FST-1 · Hex bolt <M8>",
            "quantity": Decimal("1250.0000"),
            "unit": "Units",
            "price": Decimal("0.012500"),
            "date": date(2026, 12, 15),
        }
    ]
    return {"order": order, "lines": lines, "by": "Bea Buyer"} | more


def tell(order, *people, event="order_new", key="order:42:revision:1", **more):
    notify(order, event=event, to=people, context=context(**more), at=NOW, key=key)


@pytest.mark.parametrize("event", EVENTS)
def test_every_event_names_the_order_and_the_buyer_in_its_subject_and_has_one_button(cast, order, event):
    tell(order, cast.alice, event=event)

    notice = Notice.objects.get()
    assert "P00042" in notice.subject
    assert "Northwind Distribution" in notice.subject
    assert "Hello Alice Sales," in notice.text
    assert notice.text.count("/orders/42/") == 1
    assert notice.html.count("/orders/42/") == 1
    assert "<img" not in notice.html


def test_numbers_and_dates_are_written_for_people(cast, order):
    tell(order, cast.alice)

    text = Notice.objects.get().text
    assert "1,250 Units at 0.0125 EUR, 15 Dec 2026" in text
    assert "1,250.50 EUR" in text


def test_what_others_typed_is_escaped_in_html_and_left_alone_in_text(cast, order):
    tell(order, cast.alice, event="order_decided", reason='Too late & "too" dear <b>')

    notice = Notice.objects.get()
    assert 'Too late & "too" dear <b>' in notice.text
    assert "Too late &amp; &quot;too&quot; dear &lt;b&gt;" in notice.html
    assert "<M8>" in notice.text
    assert "<M8>" not in notice.html


def test_changes_show_old_and_new(cast, order):
    change = {"label": "line 1 · FST-1", "field": "Quantity", "old": "10", "new": "12"}
    tell(order, cast.alice, event="order_changed", changes=[change])

    notice = Notice.objects.get()
    assert "line 1 · FST-1, Quantity: 10 -> 12" in notice.text
    assert "<strong>12</strong>" in notice.html


@pytest.mark.parametrize(
    ("decision", "words"),
    [("approved", "it is agreed"), ("declined", "Please answer again")],
)
def test_a_decision_says_what_it_means_for_the_reader(cast, order, decision, words):
    tell(order, cast.alice, event="order_decided", decision=decision)

    notice = Notice.objects.get()
    assert notice.subject.endswith(f"your proposal was {decision}")
    assert words in notice.text
    assert words in notice.html


def test_a_long_order_names_how_many_lines_there_are(cast, order):
    tell(order, cast.alice, line_count=140)

    assert "1 of 140 lines" in Notice.objects.get().text
    assert "1 of 140 lines" in Notice.objects.get().html


def test_the_same_thing_is_told_to_a_person_once(cast, order):
    tell(order, cast.alice, cast.olivia)
    tell(order, cast.alice)
    tell(order, cast.alice, key="order:42:revision:2")

    assert Notice.objects.filter(to_user=cast.alice).count() == 2
    assert Notice.objects.filter(to_user=cast.olivia).count() == 1
    assert OutboxMessage.objects.filter(topic="notice.mail").count() == 3


@pytest.mark.parametrize(
    ("event", "more", "asks"),
    [
        ("order_new", {}, True),
        ("order_changed", {}, True),
        ("order_decided", {}, False),
        ("order_decided", {"asks": True}, True),
        ("order_proposed", {}, False),
    ],
)
def test_a_notice_knows_its_order_and_whether_it_asks_for_an_answer(cast, order, event, more, asks):
    notify(order, event=event, to=[cast.alice], context=context(), at=NOW, key="k", **more)

    notice = Notice.objects.get()
    assert (notice.subject_type, notice.subject_id) == ("purchaseorder", order.pk)
    assert notice.wants_clock is asks


def test_a_line_break_in_a_name_does_not_become_a_header(cast, order):
    bad = context()
    bad["order"]["company"] = "Northwind\nBcc: everybody@example.com"
    notify(order, event="order_new", to=[cast.alice], context=bad, at=NOW, key="k")

    assert "\n" not in Notice.objects.get().subject


def test_an_event_without_a_template_is_a_bug_and_says_so(cast, order):
    with pytest.raises(TemplateDoesNotExist):
        tell(order, cast.alice, event="order_lost")


def test_only_both_sides_of_the_order_may_see_the_mail(cast, order):
    tell(order, cast.alice)

    assert Notice.objects.visible_to(cast.alice).exists()
    assert Notice.objects.visible_to(cast.bea).exists()
    assert not Notice.objects.visible_to(cast.mallory).exists()
    assert not Notice.objects.visible_to(cast.boris).exists()


@pytest.fixture
def linked_mail(settings, tmp_path):
    """A mail whose text and HTML show the private link, if there is one."""
    (tmp_path / "mail").mkdir()
    line = "{% if private_link %}Open: {{ private_link }}{% else %}Log in.{% endif %}\n"
    (tmp_path / "mail" / "linked.txt").write_text("Subject: Linked\n\n" + line)
    (tmp_path / "mail" / "linked.html").write_text(line)
    settings.TEMPLATES = [settings.TEMPLATES[0] | {"DIRS": [tmp_path, *settings.TEMPLATES[0]["DIRS"]]}]
    return "linked"


def test_each_reader_gets_a_private_link_of_their_own(cast, order, linked_mail, deliver_mail):
    def link(person):
        return f"https://portal.example/l/{person.pk}?a=1&b=2"

    notify(
        order,
        event=linked_mail,
        to=[cast.alice, cast.olivia],
        context={},
        at=NOW,
        key="k",
        private_link_for=link,
    )

    for notice in Notice.objects.all():
        assert "https://" not in notice.text + notice.html + notice.sealed_link
    mails = {mail.to[0]: mail for mail in deliver_mail()}
    assert link(cast.alice) in mails[cast.alice.email].body
    assert link(cast.olivia) in mails[cast.olivia.email].body
    assert "a=1&amp;b=2" in mails[cast.alice.email].alternatives[0].content


def test_a_link_is_made_only_for_a_mail_that_is_written(cast, order, linked_mail):
    made = []

    def link(person):
        made.append(person)
        return "https://portal.example/l/x"

    for _ in range(2):
        notify(order, event=linked_mail, to=[cast.alice], context={}, at=NOW, key="k", private_link_for=link)
    assert made == [cast.alice]


def test_without_a_private_link_the_mail_shows_none(cast, order, linked_mail, deliver_mail):
    notify(order, event=linked_mail, to=[cast.alice], context={}, at=NOW, key="k")

    assert Notice.objects.get().sealed_link == ""
    assert "Log in." in deliver_mail()[0].body
