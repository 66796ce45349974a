"""The demo shows the mail it wrote; elsewhere there is no such page."""

import pytest
from django.urls import reverse

from suppliers.notices.actions import notify
from suppliers.notices.models import Notice
from tests.factories import NOW
from tests.suppliers.notices.test_notify import context

SENT = "/mail/"


@pytest.fixture
def notice(cast, order) -> Notice:
    typed = context(reason="<script>alert(1)</script>")
    notify(order, event="order_decided", to=[cast.alice], context=typed, at=NOW, key="k")
    return Notice.objects.get()


@pytest.fixture
def demo(settings) -> None:
    settings.DEMO = True


def test_outside_of_the_demo_there_is_no_such_page(cast, as_, notice):
    for url in (SENT, reverse("notices:detail", args=[notice.pk]), reverse("notices:body", args=[notice.pk])):
        assert as_(cast.alice).get(url).status_code == 404


def test_both_sides_see_the_mail_about_their_order(cast, as_, notice, demo):
    for person in (cast.alice, cast.bea):
        page = as_(person).get(SENT).content.decode()
        assert notice.subject in page
        assert "Alice Sales" in page
        assert "Waiting" in page


def test_a_stranger_finds_nothing(cast, as_, notice, demo):
    for stranger in (cast.mallory, cast.boris):
        assert notice.subject not in as_(stranger).get(SENT).content.decode()
        for name in ("notices:detail", "notices:body"):
            assert as_(stranger).get(reverse(name, args=[notice.pk])).status_code == 404


def test_the_mail_is_shown_in_a_frame_that_can_do_no_harm(cast, as_, notice, demo):
    page = as_(cast.alice).get(reverse("notices:detail", args=[notice.pk])).content.decode()
    assert 'sandbox="allow-popups' in page
    assert "allow-scripts" not in page
    assert "<script>alert(1)" not in page

    body = as_(cast.alice).get(reverse("notices:body", args=[notice.pk]))
    assert "<script>" not in body.content.decode()
    policy = body.headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "sandbox allow-popups" in policy
    assert "script-src" not in policy
    assert body.headers["X-Frame-Options"] == "SAMEORIGIN"


def test_older_mail_is_a_page_further(cast, as_, order, demo):
    for number in range(51):
        notify(order, event="order_new", to=[cast.alice], context=context(), at=NOW, key=f"k{number}")
    first = as_(cast.alice).get(SENT)
    following = first.context["following"]
    assert len(first.context["rows"]) == 50
    assert len(as_(cast.alice).get(SENT, {"before": following}).context["rows"]) == 1
    assert as_(cast.alice).get(SENT, {"before": "x"}).status_code == 200
