"""Many lines at once, in a browser: all that a filter shows is moved, looked at, sent and worked off."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import SIZES
from tests.browser.test_accessibility import serves_everybody

pytestmark = pytest.mark.browser

# Each has lines of a company with policies, of companies without, and some whose date has passed.
PRODUCTS = dict(zip(SIZES, ("FLT-60", "HYF-38"), strict=True))


@pytest.mark.parametrize("size", SIZES)
def test_all_that_a_filter_shows_is_moved_by_two_days(visit, axe, size):
    page = visit("mallory@globex.example", size=size)
    page.goto(f"/orders/?state=confirm&q={PRODUCTS[size]}")
    lines = page.locator("#lines tbody tr").count()
    assert lines > 3
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
    expect(job).to_contain_text("cannot be sent; the table says why")
    expect(job.locator("tbody tr")).to_have_count(lines)
    assert serves_everybody(page, axe)
    page.get_by_role("button", name=re.compile(r"^Send \d+ answers, \d+ needs? the buyer")).click()

    expect(job).to_contain_text("sent by Mallory Finch")
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
