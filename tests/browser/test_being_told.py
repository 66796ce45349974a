"""Being told, in a browser: how, what was sent about an order, and asking another contact."""

import re

import pytest
from playwright.sync_api import Page, expect

pytestmark = pytest.mark.browser


def _scroll_to_it(page: Page) -> None:
    """Bring into view what is fetched then; the page may still be going where its own address says."""
    page.wait_for_url("**/orders/*/**")
    for _ in range(20):
        page.evaluate("document.getElementById('sent').scrollIntoView()")
        page.wait_for_timeout(300)
        if page.locator("section#sent").count():
            return


@pytest.mark.parametrize("size", ["desktop", "phone"])
def test_i_choose_how_i_am_told(visit, size):
    page = visit("rita@acme.example", size=size)
    page.goto("/me/preferences/")
    expect(page.get_by_text("cannot be turned off")).to_be_visible()
    page.get_by_label("New and changed orders").select_option("DAILY")
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_text("It holds for everything that happens from now on")).to_be_visible()
    expect(page.get_by_label("New and changed orders")).to_have_value("DAILY")
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    page.get_by_role("button", name="Use what is recommended").click()
    expect(page.get_by_label("New and changed orders")).to_have_value("LIVE")


@pytest.mark.parametrize("size", ["desktop", "phone"])
def test_the_order_page_says_what_was_sent_and_asks_another_contact(visit, size):
    page = visit("max@northwind.example", size=size)
    page.goto("/orders/?state=confirm&partner=Acme")
    page.locator("tr", has=page.locator(".st .late"), has_not_text="again").first.locator("th a").click()
    sent = page.locator("section#sent")
    _scroll_to_it(page)
    expect(sent.get_by_text("Overdue", exact=True)).to_be_visible()
    expect(sent.get_by_text(re.compile("Next:"))).to_be_visible()
    # The order, and the reminders that followed.
    expect(sent.locator(".sent-mails > li").nth(4)).to_be_attached()
    sent.get_by_label(re.compile("Ask somebody else")).select_option(label="Olivia Kern")
    sent.get_by_role("button", name="Ask now").click()
    expect(page.get_by_text("Olivia Kern is asked by mail now")).to_be_visible()
    _scroll_to_it(page)
    # Reminders begin with another word.
    newest = sent.locator(".sent-mails > li").first
    expect(newest).to_contain_text(re.compile(r"Order P\d+ from .* waits for your answer"))


def test_without_javascript_what_was_sent_is_a_page_of_its_own(visit):
    page = visit("alice@acme.example", javascript=False)
    page.goto("/orders/?state=confirm")
    page.locator("tr", has=page.locator(".st .late"), has_not_text="again").first.locator("th a").click()
    page.get_by_role("link", name="What was sent, and what happens next").click()
    expect(page.locator("section#sent")).to_contain_text("working hours of Acme Fasteners GmbH")
