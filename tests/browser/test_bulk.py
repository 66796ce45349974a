"""Many lines at once, in a browser: all that a filter shows is moved, looked at, sent and worked off."""

import re
from collections import defaultdict

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import SIZES
from tests.browser.test_accessibility import serves_everybody

pytestmark = pytest.mark.browser


def ordered_by_both(page: Page) -> str:
    """A product of which lines ahead wait for a company that has policies and for one that has none."""
    page.goto("/orders/?state=confirm")
    customers: dict[str, set[str]] = defaultdict(set)
    for row in page.locator("#lines tbody tr", has_not=page.locator(".late")).all():
        customers[row.locator("td").first.inner_text()].add(row.locator("th small").inner_text())
    both = {"Northwind Distribution", "Southbay Supply Ltd"}
    return next(product for product, names in customers.items() if both <= names)


@pytest.mark.parametrize("size", SIZES)
def test_all_that_a_filter_shows_is_moved_by_two_days(visit, axe, size):
    page = visit("alice@acme.example", size=size)
    page.goto(f"/orders/?state=confirm&q={ordered_by_both(page)}")
    lines = page.locator("#lines tbody tr").count()
    if size == "desktop":
        page.get_by_label("Choose all lines of this page").check()
    else:  # where rows are cards, the head of the table is not shown
        page.locator("#lines [name=line]").first.check()
        page.get_by_label("All lines of this list").check()
    expect(page.locator("#picked")).to_contain_text(f"{lines} lines")
    page.locator(".pick-bar summary", has_text="Shift dates").click()
    assert serves_everybody(page, axe)
    page.get_by_label("Days later").fill("two")
    page.get_by_role("button", name="Look at the result").first.click()
    expect(page.locator("#problems")).to_contain_text("Nothing was sent yet")
    assert serves_everybody(page, axe)
    page.get_by_label("Days later").fill("2")
    page.get_by_label("Reason").first.fill("The lorry comes on Thursdays")
    page.get_by_role("button", name="Look at the result").first.click()

    job = page.locator("#job")
    expect(job).to_contain_text(
        re.compile(r"\d+ lines? (is|are) agreed at once, \d+ lines? goe?s? to the buyer")
    )
    expect(job.locator("tbody tr")).to_have_count(lines)
    assert serves_everybody(page, axe)
    page.get_by_role("button", name=re.compile(r"^Send \d+ answers, \d+ needs? the buyer")).click()

    expect(job).to_contain_text("sent by Alice Brandt")
    expect(job.get_by_role("navigation", name="Lines by result")).to_contain_text("With the buyer")
    expect(job.get_by_role("navigation", name="Lines by result")).to_contain_text("Agreed")
    assert serves_everybody(page, axe)
    page.goto("/orders/jobs/")
    expect(page.locator("tbody tr").first).to_contain_text("Done")
    assert serves_everybody(page, axe)


def test_more_than_a_page_is_chosen_with_one_tick_and_a_preview_can_be_discarded(visit):
    page = visit("olivia@acme.example")
    page.goto("/orders/")
    page.locator("#lines [name=line]").first.check()
    page.get_by_label("All pages of this list").check()
    expect(page.locator("#picked b")).to_have_text(re.compile(r"^(8[1-9]|9\d|\d{3}) lines$"))
    page.get_by_role("button", name="Confirm as asked").click()
    expect(page.locator("#job")).to_contain_text("Nothing was sent yet")
    page.get_by_role("button", name="Discard").click()
    expect(page.locator("#messages")).to_contain_text("discarded; nothing was sent")
