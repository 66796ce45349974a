"""Codes: how they are sent, typed, limited and kept."""

from datetime import timedelta

import pytest
from django.http import HttpResponse
from django.test import Client

from orders.links import actions, devices
from orders.links.actions import CodeCheck
from orders.links.models import AnswerLink, LinkCode
from orders.links.rules import (
    CODE_LIFE,
    CODE_TRIES,
    CODES_OF_A_LINK,
    CODES_TO_AN_ADDRESS,
    masked,
    spoken,
    typed_code,
)
from suppliers.journal.models import JournalEntry
from suppliers.notices.models import Notice
from tests.factories import NOW

PAUSE = CODES_OF_A_LINK.pause


@pytest.fixture
def sent(cast, link, code):
    """Send Alice a code at NOW and return it."""
    assert actions.send_code(link, to=cast.alice, at=NOW) is None
    return code()


@pytest.fixture
def check(cast, link):
    """Type a code, some time after NOW: ``check("123456", after=timedelta(minutes=1))``."""

    def type_it(typed, *, after=timedelta(0), by=None):
        return actions.confirm_device(link, typed=typed, by=by or cast.alice, at=NOW + after)

    return type_it


def wrong(code):
    return spoken(f"{(int(code.replace(' ', '')) + 1) % 1_000_000:06}")


def test_the_right_code_is_right_once(sent, check):
    assert check(sent) is CodeCheck.RIGHT
    assert check(sent) is CodeCheck.NONE


@pytest.mark.parametrize("habit", ["{}", " {} ", "{}\n"])
def test_it_may_be_typed_as_people_type(sent, check, habit):
    assert check(habit.format(sent)) is CodeCheck.RIGHT


def test_it_may_be_typed_without_its_gap(sent, check):
    assert check(sent.replace(" ", "")) is CodeCheck.RIGHT


def test_five_wrong_tries_spend_it(sent, check):
    for _ in range(CODE_TRIES - 1):
        assert check(wrong(sent)) is CodeCheck.WRONG
    assert check(wrong(sent)) is CodeCheck.SPENT
    assert check(sent) is CodeCheck.SPENT


@pytest.mark.parametrize("nonsense", ["", "12345", "1234567", "١٢٣٤٥٦", "abcdef", "0" * 500])
def test_nonsense_counts_as_a_try(sent, check, nonsense):
    assert check(nonsense) is CodeCheck.WRONG
    assert LinkCode.objects.get().tries == 1


def test_after_ten_minutes_it_is_over(sent, check):
    assert check(sent, after=CODE_LIFE) is CodeCheck.EXPIRED


def test_just_before_it_is_not(sent, check):
    assert check(sent, after=CODE_LIFE - timedelta(seconds=1)) is CodeCheck.RIGHT


def test_a_newer_code_replaces_the_older_one(cast, link, sent, check, code):
    assert actions.send_code(link, to=cast.alice, at=NOW + PAUSE) is None
    newer = code()
    if newer != sent:
        assert check(sent, after=PAUSE) is CodeCheck.WRONG
    assert check(newer, after=PAUSE) is CodeCheck.RIGHT


def test_a_code_belongs_to_its_link(cast, issue, link, sent):
    issue()
    other = AnswerLink.objects.exclude(pk=link.pk).get()
    assert actions.confirm_device(other, typed=sent, by=cast.alice, at=NOW) is CodeCheck.NONE


def test_an_address_that_changed_meanwhile_was_not_proved(cast, sent, check):
    cast.alice.email = "alice@elsewhere.example"
    assert check(sent) is CodeCheck.WRONG


def test_the_next_one_waits_two_minutes(cast, link, sent):
    assert actions.send_code(link, to=cast.alice, at=NOW + PAUSE - timedelta(seconds=1)) == NOW + PAUSE
    assert LinkCode.objects.count() == 1
    assert actions.send_code(link, to=cast.alice, at=NOW + PAUSE) is None


def test_five_an_hour_for_one_link(cast, link):
    for number in range(5):
        assert actions.send_code(link, to=cast.alice, at=NOW + number * PAUSE) is None
    assert actions.send_code(link, to=cast.alice, at=NOW + 5 * PAUSE) == NOW + timedelta(hours=1)
    assert actions.send_code(link, to=cast.alice, at=NOW + timedelta(hours=1)) is None


def test_so_many_an_hour_to_one_address_whatever_the_links(cast, issue):
    (most, hour), *_ = CODES_TO_AN_ADDRESS.most
    for _ in range(most + 1):
        issue()
    *links, last = AnswerLink.objects.order_by("pk")
    for link in links:
        assert actions.send_code(link, to=cast.alice, at=NOW) is None
    assert actions.send_code(last, to=cast.alice, at=NOW) == NOW + hour


def test_it_is_kept_as_a_digest_and_leaves_no_trace_in_the_mail(sent):
    digits = sent.replace(" ", "")
    row, notice = LinkCode.objects.get(), Notice.objects.get()
    assert digits not in row.digest
    for text in (notice.subject, notice.text, notice.html, notice.sealed_link):
        assert digits not in text
        assert sent not in text


def test_the_mail_goes_to_the_address_on_file_and_carries_no_link(cast, path, sent):
    notice = Notice.objects.get()
    assert (notice.to_email, notice.to_user) == (cast.alice.email, cast.alice)
    assert "/answer/" not in notice.text + notice.html


def test_the_journal_says_that_a_device_was_confirmed(cast, order, sent, check):
    check(sent)
    entry = JournalEntry.objects.get(verb="link.device_confirmed")
    assert (entry.actor, entry.subject_id, entry.channel) == (cast.alice, order.pk, "LINK")
    assert sent not in entry.sentence


def test_on_the_page_a_wrong_code_says_how_many_tries_are_left(path, phone, code):
    device = phone()
    device.post(f"{path}code/")
    response = device.post(f"{path}device/", {"code": wrong(code())})
    assert response.status_code == 422
    assert "4 tries left" in response.content.decode()
    assert devices.COOKIE not in device.cookies


def test_on_the_page_a_spent_code_asks_for_a_new_one(path, phone, code):
    device = phone()
    device.post(f"{path}code/")
    for _ in range(CODE_TRIES):
        response = device.post(f"{path}device/", {"code": wrong(code())})
    assert "typed wrong too often" in response.content.decode()
    assert device.post(f"{path}device/", {"code": code()}).status_code == 422


def test_on_the_page_a_second_request_says_when_the_next_one_may_come(path, phone):
    device = phone()
    assert device.post(f"{path}code/").status_code == 302
    page = device.post(f"{path}code/").content.decode()
    assert "A code was sent a moment ago" in page
    assert 'name="code"' in page


def test_nobody_else_s_address_is_shown_in_full(cast, path, phone):
    device = phone()
    device.post(f"{path}code/")
    for page in (device.get(path), device.get(f"{path}device/")):
        assert cast.alice.email not in page.content.decode()
        assert masked(cast.alice.email) in page.content.decode()


def test_the_cookie_is_for_these_pages_alone_and_out_of_scripts_reach(path, known, settings):
    cookie = known(path).cookies[devices.COOKIE]
    assert (cookie["httponly"], cookie["samesite"], cookie["path"]) == (True, "Lax", "/answer/")
    assert int(cookie["max-age"]) == settings.DEVICE_DAYS * 86400


def test_the_cookie_names_nobody(cast, path, known):
    value = known(path).cookies[devices.COOKIE].value
    assert "alice" not in value.lower()


@pytest.mark.parametrize("spoil", [lambda value: value[:-2] + "xx", lambda value: "", lambda value: "a:b"])
def test_a_forged_cookie_is_no_cookie(path, known, spoil):
    device = known(path)
    forger = Client()
    forger.cookies[devices.COOKIE] = spoil(device.cookies[devices.COOKIE].value)
    assert forger.post(f"{path}accept/").status_code == 403


def test_a_device_is_forgotten_after_some_days(cast, rf, settings):
    request = rf.get("/")
    response = devices_response(request, cast)
    request.COOKIES[devices.COOKIE] = response.cookies[devices.COOKIE].value
    last = NOW + timedelta(days=settings.DEVICE_DAYS)
    assert devices.knows(request, cast.alice.email, at=last - timedelta(minutes=1))
    assert not devices.knows(request, cast.alice.email, at=last)


def devices_response(request, cast):
    response = HttpResponse()
    devices.remember(request, response, cast.alice.email, at=NOW)
    return response


def test_old_codes_are_forgotten_and_newer_ones_are_not(cast, link, sent):
    actions.send_code(link, to=cast.alice, at=NOW + timedelta(days=3))
    assert actions.forget_codes(before=NOW + timedelta(days=1)) == 1
    assert LinkCode.objects.get().sent_at == NOW + timedelta(days=3)


@pytest.mark.parametrize(
    ("email", "shown"),
    [("alice@acme.example", "al•••@acme.example"), ("bo@x.example", "b•••@x.example")],
)
def test_an_address_is_masked(email, shown):
    assert masked(email) == shown


@pytest.mark.parametrize(("text", "code"), [("123 456", "123456"), ("123-456", "123456"), ("12a456", "")])
def test_a_typed_code_is_read(text, code):
    assert typed_code(text) == code
