"""Both sides talk about an order in a real browser: notes stay on their side, files are looked at first."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import SIZES
from tests.browser.odoo import Odoo, until
from tests.browser.test_accessibility import findings, too_wide

pytestmark = pytest.mark.browser

PDF = {"name": "packing-list.pdf", "mimeType": "application/pdf", "buffer": b"%PDF-1.4\n%%EOF\n"}
PROGRAM = {"name": "packing-list.exe", "mimeType": "application/octet-stream", "buffer": b"MZ\x90\x00"}


@pytest.fixture
def odoo(demo) -> Odoo:
    return Odoo(demo.odoo_address)


def open_talk(page: Page, order: str) -> None:
    """Open an order's page and come to its messages, which are fetched then."""
    page.goto(order)
    page.locator(".facts a[href='#talk']").click()
    expect(page.locator("#talk-text")).to_be_visible()


def write(page: Page, text: str, *, internal: bool = False) -> None:
    """Write a message, or a note."""
    page.locator(f"#talk input[value={'internal' if internal else 'shared'}]").check()
    page.locator("#talk-text").fill(text)
    page.locator("#talk .composer button[type=submit]").click()
    expect(page.locator("#talk .messages")).to_contain_text(text)


def unread(page: Page) -> int:
    """The number beside "Messages" in the navigation."""
    page.goto("/people/")
    number = page.locator("nav.side .news")
    return int(re.findall(r"\d+", number.inner_text())[0]) if number.count() else 0


def test_both_sides_talk_and_a_note_stays_where_it_was_written(visit, odoo):
    seller = visit("mallory@globex.example")
    seller.goto("/orders/")
    link = seller.locator("tbody tr", has_text="Northwind").last.locator("th a")
    number, order = link.inner_text().strip(), (link.get_attribute("href") or "").partition("#")[0]
    open_talk(seller, order)
    write(seller, "How shall we pack this?")
    write(seller, "They never answer in time", internal=True)
    expect(seller.locator("#talk")).to_contain_text("Internal note")
    until(lambda: "How shall we pack this?" in odoo.chatter(number))
    assert "never answer" not in odoo.chatter(number)

    buyer = visit("max@northwind.example")
    before = unread(buyer)
    assert before > 0
    buyer.goto("/messages/")
    job = buyer.locator("li.job", has=buyer.get_by_text("How shall we pack this?"))
    with buyer.expect_response("**/seen/"):  # the page says by itself what was read
        job.locator("a.job-name").click()
    expect(buyer.locator("#talk")).to_contain_text("Waiting for your answer")
    expect(buyer.locator("#talk")).not_to_contain_text("never answer")
    until(lambda: unread(buyer) < before)

    open_talk(buyer, order)
    write(buyer, "On pallets, please.")
    expect(buyer.locator("#talk")).to_contain_text("Waiting for Globex")
    seller.goto("/messages/")
    expect(seller.locator("ul.worklist")).to_contain_text("On pallets, please.")


def test_a_program_is_refused_what_was_typed_stays_and_a_document_is_taken(visit):
    page = visit("sam@agency.example")
    page.goto("/orders/")
    order = (page.locator("tbody th a").first.get_attribute("href") or "").partition("#")[0]
    open_talk(page, order)
    page.locator("#talk-text").fill("Our packing list")
    page.locator("#talk input[type=file]").set_input_files(PROGRAM)
    page.locator("#talk .composer button[type=submit]").click()
    expect(page.locator("#talk [role=alert]")).to_contain_text("packing-list.exe")
    expect(page.locator("#talk-text")).to_have_value("Our packing list")
    page.locator("#talk input[type=file]").set_input_files(PDF)
    page.locator("#talk .composer button[type=submit]").click()
    file = page.locator("#talk .files a", has_text="packing-list.pdf")
    expect(file).to_be_visible()
    with page.expect_download() as download:
        file.click()
    assert download.value.suggested_filename == "packing-list.pdf"


def test_writing_works_without_javascript(visit):
    page = visit("joris@vandael.example", javascript=False)
    page.goto("/orders/")
    page.locator("tbody th a").first.click()
    page.locator("#talk a").first.click()
    page.locator("#talk-text").fill("Without any script")
    page.locator("#talk .composer button[type=submit]").click()
    expect(page.locator("#talk .messages")).to_contain_text("Without any script")
    expect(page.locator("#messages")).to_contain_text("The message was sent.")


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("who", ["alice@acme.example", "bea@northwind.example"])
def test_the_pages_keep_nobody_out(visit, axe, who, size):
    page = visit(who, size=size)
    found, wide = [], []
    for path in ("/messages/", "/messages/?state=all", "/messages/?state=internal"):
        page.goto(path)
        found += findings(page, axe)
        wide += [path] if too_wide(page) else []
    page.goto("/messages/?state=all")
    page.locator("a.job-name").first.click()
    page.locator(".composer-people summary").click()
    expect(page.locator("#talk-text")).to_be_visible()
    # What opened has scrolled the page, and a bar that stays may lie over half a button: it is no small one.
    page.evaluate("scrollTo(0, 0)")
    found += findings(page, axe)
    wide += [page.url] if too_wide(page) else []
    assert found == []
    assert wide == []
