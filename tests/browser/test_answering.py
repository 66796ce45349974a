"""A supplier answers and a buyer decides, in a real browser; Odoo shows what was agreed."""

import re
from datetime import date, timedelta

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.odoo import Odoo, until

pytestmark = pytest.mark.browser


@pytest.fixture
def odoo(demo) -> Odoo:
    return Odoo(demo.odoo_address)


def jobs_ahead(page: Page) -> Locator:
    """The orders of Northwind, whose Odoo the tests look into, of which nothing was answered yet."""
    jobs = page.locator("li.job", has=page.locator("form[action$='/accept/']")).filter(has_text="Northwind")
    return jobs.filter(has_not_text=re.compile("round|again"))


def open_order(page: Page) -> str:
    """Open an order that waits, with dates that can still be met, and return its number."""
    page.goto("/")
    link = jobs_ahead(page).last.locator("a.job-name")
    number = link.inner_text()
    link.click()
    expect(page.locator("h1")).to_contain_text(number)
    return number


def first_line(page: Page) -> str:
    """The id of the first line that waits for an answer."""
    name = page.locator("select[data-choice]").first.get_attribute("name")
    assert name
    return name.split("-")[1]


def propose(page: Page, *, days: int) -> date:
    """Choose "propose a change" for the first line and type a later date."""
    line = first_line(page)
    page.locator(f"[name=lines-{line}-choice]").select_option("change")
    field = page.locator(f"#editor-{line}").get_by_label("Delivery date, part 1")
    expect(field).to_be_visible()
    later = date.fromisoformat(field.input_value()) + timedelta(days=days)
    field.fill(later.isoformat())
    return later


def test_accepting_an_order_reaches_odoo(visit, odoo):
    page = visit("alice@acme.example")
    number = open_order(page)
    page.get_by_role("button", name=re.compile("^Confirm (all|the line)")).click()
    expect(page.get_by_role("button", name=re.compile("^Confirm (all|the line)"))).to_have_count(0)
    until(lambda: odoo.order(number)["mail_reception_confirmed"])
    until(lambda: "Alice Brandt" in odoo.chatter(number))


def test_confirming_from_the_worklist_takes_the_order_off_it(visit, odoo):
    page = visit("olivia@acme.example")
    job = jobs_ahead(page).last
    number = job.locator("a.job-name").inner_text()
    job.get_by_role("button", name=re.compile("^Confirm")).click()
    expect(page.locator(".job-done")).to_contain_text(number)
    until(lambda: odoo.order(number)["mail_reception_confirmed"])


def test_a_proposal_the_buyer_approves_moves_the_date_in_odoo(visit, odoo):
    seller = visit("mallory@globex.example")
    number = open_order(seller)
    later = propose(seller, days=11)
    seller.locator("[name=supplier_reference]").fill("GX-2026-117")
    seller.locator("form#answer button[type=submit]:not([name=edit])").click()
    expect(seller.locator(".state").first).to_be_visible()
    assert later.isoformat() not in odoo.dates(number)

    buyer = visit("max@northwind.example")
    # The first page shows the most urgent few; this one is among all of them.
    buyer.goto("/decide/")
    job = buyer.locator("li.job", has=buyer.get_by_text(number, exact=True)).first
    job.get_by_role("button", name="Approve").click()
    expect(buyer.locator(".job-done")).to_contain_text(number)
    until(lambda: later.isoformat() in odoo.dates(number))
    # After an approval the chatter names the number; up to 18 the bill would take over "Vendor Reference".
    until(lambda: "GX-2026-117" in odoo.chatter(number))


def test_a_split_that_does_not_add_up_keeps_what_was_typed(visit):
    page = visit("joris@vandael.example")
    open_order(page)
    line = first_line(page)
    page.locator(f"[name=lines-{line}-choice]").select_option("split")
    quantity = page.locator(f"#editor-{line}").get_by_label("Quantity, part 1")
    expect(quantity).to_be_visible()
    quantity.fill("1")
    page.locator("[name=comment]").fill("One now, the rest as you like")
    page.locator("form#answer button[type=submit]:not([name=edit])").click()
    expect(page.locator("#problems")).to_contain_text("put right")
    expect(quantity).to_have_value("1")
    expect(page.locator("[name=comment]")).to_have_value("One now, the rest as you like")


def test_everything_works_without_javascript(visit, odoo):
    page = visit("sam@agency.example", javascript=False)
    number = open_order(page)
    page.get_by_role("button", name=re.compile("^Confirm (all|the line)")).click()
    expect(page.locator("h1")).to_contain_text(number)
    until(lambda: odoo.order(number)["mail_reception_confirmed"])


def test_a_reader_finds_no_button_to_answer_with(visit):
    page = visit("rita@acme.example")
    expect(page.locator("h1")).to_be_visible()
    expect(page.locator("form[action$='/accept/']")).to_have_count(0)
