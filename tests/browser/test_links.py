"""A supplier answers from a telephone with the link in a mail: no log-in, a code, and what became of it."""

import re
from datetime import date, timedelta

import pytest
from playwright.sync_api import Page, expect

from tests.browser.odoo import Odoo, until
from tests.browser.test_accessibility import findings, too_wide

pytestmark = pytest.mark.browser


def order_with_lines(page: Page, least: int) -> str:
    """The address of an order that waits for at least so many lines and lies far enough ahead."""
    page.goto("/")
    jobs = page.locator("li.job", has=page.locator("form[action$='/accept/']")).filter(has_text="Northwind")
    for number in reversed(range(jobs.count())):
        job = jobs.nth(number)
        words = re.search(r"(\d+) lines to confirm(?! again)", job.inner_text())
        if words and least <= int(words[1]) <= 12:
            href = job.locator("a.job-name").get_attribute("href")
            assert href
            return href.partition("#")[0]
    pytest.fail("The demo has no such order")


def newest_mail(page: Page, subject: str) -> str:
    """The text of the newest mail with these words in its subject."""
    link = page.locator("tbody a", has_text=subject).first
    until(lambda: page.goto("/mail/") is not None and link.count() > 0)
    link.click()
    return page.locator("pre").text_content() or ""


def test_from_the_mail_on_a_telephone_to_odoo(visit, axe, demo):
    odoo, found = Odoo(demo.odoo_address), []
    seller, buyer = visit("olivia@acme.example"), visit("max@northwind.example")
    address = order_with_lines(seller, 3)

    buyer.goto(f"{address}links/")
    contact = buyer.locator("select[name=to] option", has_text="olivia@acme.example").get_attribute("value")
    buyer.select_option("select[name=to]", contact)
    buyer.get_by_role("button", name="Send a link").click()
    expect(buyer.locator("#messages")).to_contain_text("on its way")
    text = newest_mail(buyer, "Your link to order")
    url = re.findall(r"https?://\S+/answer/\S+", text)[0]

    phone = visit.stranger(size="phone", javascript=False)
    phone.goto(url)
    expect(phone.locator("form[action$='/acknowledge/']")).to_have_count(0)
    phone.get_by_role("button", name="Send me the code").click()
    phone.get_by_label("Code").fill("000 000")
    phone.get_by_role("button", name="Go on to the order").click()
    expect(phone.get_by_role("alert")).to_contain_text("4 tries left")
    code = re.findall(r"\d{3} \d{3}", newest_mail(buyer, "The code for order"))[0]
    phone.get_by_label("Code").fill(code)
    phone.get_by_role("button", name="Go on to the order").click()

    choices = phone.locator("select[data-choice]")
    for number in range(choices.count()):
        choices.nth(number).select_option(("confirm", "confirm", "change")[number] if number < 3 else "later")
    # Without a script it is the style sheet that opens the editor of the line that deviates.
    editor = phone.locator("tr.editor:visible")
    expect(editor).to_have_count(1)
    field = editor.get_by_label("Delivery date, part 1")
    later = date.fromisoformat(field.input_value()) + timedelta(days=12)
    field.fill(later.isoformat())
    phone.get_by_role("button", name="Send answers").click()
    expect(phone.get_by_role("status")).to_contain_text("2 lines agreed")
    expect(phone.get_by_role("status")).to_contain_text("1 line needs the buyer's decision")
    number = (phone.locator("h1").inner_text()).split()[1]
    until(lambda: "Olivia Kern" in odoo.chatter(number))

    buyer.goto(f"{address}links/")
    expect(buyer.locator("section")).to_contain_text("Answered through it")
    # The checker needs scripts, so it looks from a device that may run them; the cookie comes along.
    desk = visit.stranger(size="phone")
    desk.context.add_cookies(phone.context.cookies())
    for path in (url, f"{url}device/"):
        desk.goto(path)
        found += findings(desk, axe)
        assert not too_wide(desk)
    assert found == []
