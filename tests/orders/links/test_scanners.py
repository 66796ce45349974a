"""Mail scanners open links, follow what they find and post forms: none of that changes anything."""

import re
from collections.abc import Iterator
from html.parser import HTMLParser
from urllib.parse import urljoin, urlsplit

import pytest
from django.test import Client
from django.utils import timezone

from orders.links.models import AnswerLink, LinkCode
from orders.links.rules import Visitor, who_looks
from orders.purchasing import mail
from orders.purchasing.lifecycle import LineState, OrderState
from orders.purchasing.models import Answer, PurchaseOrder
from suppliers.journal.models import JournalEntry
from suppliers.notices.models import Notice
from tests.orders.links.conftest import AGENT


class Found(HTMLParser):
    """The links and forms of a page, as a program that reads it finds them."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.links: list[str] = []
        self.forms: list[tuple[str, str, dict[str, str]]] = []
        self.select = ""
        self.feed(page)

    def handle_starttag(self, tag, attrs):
        found = dict(attrs)
        if tag in {"a", "link"} and "href" in found:
            self.links.append(found["href"])
        elif tag == "form":
            self.forms.append((found.get("action", ""), found.get("method", "get").lower(), {}))
        elif self.forms and tag in {"input", "button"} and found.get("name"):
            # What is empty is guessed.
            self.forms[-1][2][found["name"]] = found.get("value") or "123456"
        elif self.forms and tag == "select":
            self.select = found["name"]
        elif (
            tag == "option" and self.select and ("selected" in found or self.select not in self.forms[-1][2])
        ):
            self.forms[-1][2][self.select] = found.get("value", "")


class Scanner:
    """Follows every link and presses every button within the portal, cookies and CSRF tokens in order."""

    def __init__(self) -> None:
        self.client = Client(enforce_csrf_checks=True, HTTP_USER_AGENT=AGENT)
        self.seen: set[str] = set()
        self.pressed: list[str] = []

    def visit(self, path: str, *, depth: int = 4) -> None:
        if path in self.seen or depth < 0 or path.startswith("/static/"):
            return
        self.seen.add(path)
        self._read(path, self.client.get(path, follow=True), depth)

    def _read(self, path: str, response, depth: int) -> None:
        found = Found(response.content.decode(errors="replace"))
        for action, method, fields in found.forms:
            target = self._ours(path, action)
            if target is None or method != "post":
                continue
            self.pressed.append(target)
            answer = self.client.post(target, fields, follow=True)
            if depth > 0:
                for follow in self._links(target, Found(answer.content.decode(errors="replace"))):
                    self.visit(follow, depth=depth - 1)
        for follow in self._links(path, found):
            self.visit(follow, depth=depth - 1)

    def _links(self, path: str, found: Found) -> Iterator[str]:
        for href in found.links:
            if (target := self._ours(path, href)) is not None:
                yield target

    def _ours(self, path: str, href: str) -> str | None:
        target = urlsplit(urljoin(f"http://testserver{path}", href))
        return (
            target.path + (f"?{target.query}" if target.query else "")
            if target.netloc == "testserver"
            else None
        )


@pytest.fixture
def scanned(path):
    """A scanner that has been through everything it found behind Alice's link, twice."""
    scanner = Scanner()
    scanner.visit(path)
    scanner.seen.clear()
    scanner.visit(path)
    return scanner


def test_a_scanner_that_presses_every_button_changes_nothing(order, scanned, path):
    assert any(target == f"{path}code/" for target in scanned.pressed)
    assert any(target == f"{path}device/" for target in scanned.pressed)
    assert {line.state for line in order.lines.all()} == {LineState.ASKED}
    assert not Answer.objects.exists()
    assert not JournalEntry.objects.exists()
    order.refresh_from_db()
    assert (order.rounds, order.revision) == (0, 1)


def test_it_causes_one_mail_at_most(scanned):
    assert Notice.objects.count() == 1
    assert LinkCode.objects.count() == 1


def test_it_does_not_count_as_a_person(scanned):
    link = AnswerLink.objects.get()
    assert (link.opened, link.first_opened_at, link.used) == (0, None, 0)
    assert link.glances > 0


def test_whatever_it_posts_to_where_a_person_would_answer_is_refused(order, lines, path):
    scanner = Scanner()
    page = scanner.client.get(path).content.decode()
    token = re.findall(r'name="csrfmiddlewaretoken" value="(\w+)"', page)[0]
    confirm = {f"lines-{line.pk}-choice": "confirm" for line in lines} | {"csrfmiddlewaretoken": token}
    for verb in ("acknowledge", "accept"):
        assert scanner.client.post(f"{path}{verb}/", confirm).status_code == 403
    assert not Answer.objects.exists()


@pytest.mark.parametrize("state", [OrderState.ORDERED, OrderState.CANCELLED])
def test_an_old_link_in_a_scanner_s_hands_makes_one_mail_at_most(order, path, state):
    PurchaseOrder.objects.filter(pk=order.pk).update(revision=2, state=state)
    for _ in range(2):
        scanner = Scanner()
        scanner.visit(path)
    assert Notice.objects.count() == (1 if state == OrderState.ORDERED else 0)
    assert not Answer.objects.exists()


@pytest.mark.parametrize(
    ("method", "headers", "knows_device", "visitor"),
    [
        ("GET", {"User-Agent": AGENT}, True, Visitor.PERSON),
        ("GET", {"User-Agent": AGENT}, False, Visitor.UNKNOWN),
        ("HEAD", {"User-Agent": AGENT}, True, Visitor.MACHINE),
        ("GET", {"User-Agent": AGENT, "Sec-Purpose": "prefetch;prerender"}, True, Visitor.MACHINE),
        ("GET", {"User-Agent": AGENT, "Purpose": "prefetch"}, True, Visitor.MACHINE),
        ("GET", {"User-Agent": AGENT, "X-Moz": "prefetch"}, False, Visitor.MACHINE),
        ("GET", {"User-Agent": "Barracuda Sentinel (EE)"}, False, Visitor.MACHINE),
        ("GET", {"User-Agent": "python-requests/2.32"}, False, Visitor.MACHINE),
        ("GET", {"User-Agent": "Mozilla/5.0 (compatible; Googlebot/2.1)"}, False, Visitor.MACHINE),
        ("GET", {}, False, Visitor.MACHINE),
    ],
)
def test_people_and_machines_are_told_apart(method, headers, knows_device, visitor):
    assert who_looks(method, headers, knows_device=knows_device) is visitor


def test_only_its_reader_s_own_look_says_that_the_mail_was_read(cast, order, lines, phone, path, known):
    mail.tell_supplier_of_new_order(order, lines, at=timezone.now())
    told = Notice.objects.get(event="order_new", to_user=cast.alice)
    for client in (phone(), Client(HTTP_USER_AGENT="curl/8.5")):
        client.get(path)
    told.refresh_from_db()
    assert told.opened_at is None
    known(path).get(path)
    told.refresh_from_db()
    assert told.opened_at is not None


def test_the_look_that_led_to_the_code_was_a_person_s(phone, path, code):
    device = phone()
    device.get(path)
    device.post(f"{path}code/")
    device.post(f"{path}device/", {"code": code()}, follow=True)
    link = AnswerLink.objects.get()
    assert (link.opened, link.glances) == (1, 0)


def test_each_kind_is_counted_apart(known, phone, path):
    device = known(path)
    phone().get(path)
    phone().head(path)
    Client(HTTP_USER_AGENT="curl/8.5").get(path)
    device.get(path)
    link = AnswerLink.objects.get()
    assert (link.opened, link.glances, link.scans) == (1, 1, 2)
    assert link.first_opened_at == link.last_opened_at
