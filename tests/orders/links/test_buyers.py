"""Buyers see which links went out and what became of them, withdraw them and send others."""

import re
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from integrations.odoo.secrets import decrypt
from orders.links.models import AnswerLink
from orders.purchasing.lifecycle import OrderState
from orders.purchasing.models import PurchaseOrder
from suppliers.journal.models import JournalEntry
from suppliers.notices.models import Notice
from suppliers.people.models import Role
from tests import factories
from tests.queries import without_the_wall


@pytest.fixture
def panel(as_, order):
    """The words of the panel on the order's page, as somebody sees it."""

    def read(person):
        page = as_(person).get(f"/orders/{order.pk}/links/").content.decode()
        found = re.search(r"<section[^>]*links-title.*?</section>", page, re.DOTALL)
        return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", found[0])) if found else ""

    return read


def test_the_panel_says_who_opened_and_who_only_scanned(cast, path, phone, known, panel):
    device = known(path)
    phone().get(path)
    phone().head(path)
    device.get(path)
    words = panel(cast.bea)
    assert "Alice Sales Opened" in words
    assert "Opened 1 time, last" in words
    assert "Looked at without going on: 1" in words
    assert "Mail scanners: 1" in words


def test_an_answer_is_shown(cast, path, known, panel):
    known(path).post(f"{path}accept/")
    assert "Alice Sales Answered" in panel(cast.bea)


@pytest.mark.parametrize("who", ["alice", "olivia", "rita"])
def test_suppliers_do_not_see_it(as_, cast, order, who):
    browser = as_(getattr(cast, who))
    assert browser.get(f"/orders/{order.pk}/links/").status_code == 403
    assert b"Links in mails" not in browser.get(f"/orders/{order.pk}/").content


def test_the_order_s_page_leads_there_and_htmx_gets_the_panel_alone(as_, cast, order, path):
    browser = as_(cast.bea)
    assert f'href="/orders/{order.pk}/links/"' in browser.get(f"/orders/{order.pk}/").content.decode()
    panel = browser.get(f"/orders/{order.pk}/links/", headers={"HX-Request": "true"}).content.decode()
    assert panel.strip().startswith("<section")
    assert "Alice Sales" in panel


def test_it_costs_few_queries_however_many_links_there_are(as_, cast, order, issue):
    for _ in range(15):
        issue()
    browser = as_(cast.bea)
    browser.get(f"/orders/{order.pk}/links/")
    with CaptureQueriesContext(connection) as found:
        browser.get(f"/orders/{order.pk}/links/", headers={"HX-Request": "true"})
    assert len(without_the_wall(found)) <= 6


def test_a_role_that_only_looks_finds_no_button(cast, path, panel):
    clerk = factories.member(factories.user("Clara Clerk"), cast.northwind, Role.ACCOUNTS_PAYABLE)
    words = panel(clerk)
    assert "Alice Sales" in words
    assert "Withdraw" not in words
    assert "Send a link" not in words


def test_a_withdrawn_link_is_dead_at_once(as_, cast, order, link, path, known):
    device = known(path)
    response = as_(cast.bea).post(f"/orders/links/{link.pk}/revoke/")
    assert response.headers["Location"] == f"/orders/{order.pk}/links/"
    assert device.post(f"{path}accept/").status_code == 409
    assert "was withdrawn" in device.get(path).content.decode()
    entry = JournalEntry.objects.get(verb="link.revoked")
    assert (entry.actor, entry.subject_id) == (cast.bea, order.pk)
    assert link.digest not in entry.sentence


def test_twice_is_once(as_, cast, link):
    browser = as_(cast.bea)
    for _ in range(2):
        browser.post(f"/orders/links/{link.pk}/revoke/")
    assert JournalEntry.objects.filter(verb="link.revoked").count() == 1


def test_sending_a_link_reaches_the_contact_and_the_journal(as_, cast, order):
    as_(cast.bea).post(f"/orders/{order.pk}/links/send/", {"to": cast.olivia.pk})
    notice = Notice.objects.get()
    assert (notice.event, notice.to_user) == ("order_link", cast.olivia)
    assert "/answer/" in decrypt(notice.sealed_link)
    assert AnswerLink.objects.get().user == cast.olivia
    assert JournalEntry.objects.get(verb="link.sent").actor == cast.bea


def test_twice_within_a_minute_is_once(as_, cast, order):
    for _ in range(2):
        as_(cast.bea).post(f"/orders/{order.pk}/links/send/", {"to": cast.alice.pk})
    assert Notice.objects.count() == 1


@pytest.mark.parametrize("who", ["rita", "mallory", "bea", "boris"])
def test_only_those_who_answer_for_the_supplier_are_sent_one(as_, cast, order, who):
    as_(cast.bea).post(f"/orders/{order.pk}/links/send/", {"to": getattr(cast, who).pk})
    assert not Notice.objects.exists()


def test_a_closed_order_is_not_sent(as_, cast, order):
    PurchaseOrder.objects.filter(pk=order.pk).update(state=OrderState.CANCELLED)
    as_(cast.bea).post(f"/orders/{order.pk}/links/send/", {"to": cast.alice.pk})
    assert not Notice.objects.exists()


def test_an_expired_link_needs_no_withdrawing(cast, order, issue, panel):
    issue(at=timezone.now() - timedelta(days=90))
    assert "Expired" in panel(cast.bea)
    assert "Withdraw this link" not in panel(cast.bea)
