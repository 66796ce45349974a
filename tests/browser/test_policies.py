"""Policies in a browser: a manager tries one out and saves it; a supplier answers within and beyond it."""

import re
from collections import Counter
from datetime import date, timedelta

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.conftest import SIZES
from tests.browser.test_accessibility import serves_everybody

pytestmark = pytest.mark.browser

IN_A_MONTH = date.today() + timedelta(days=31)  # noqa: DTZ011 - far enough in any zone


@pytest.mark.parametrize("size", SIZES)
def test_a_manager_sees_what_a_policy_would_have_done_before_saving_it(visit, axe, size):
    page = visit("max@northwind.example", size=size)
    page.goto("/policies/")
    assert serves_everybody(page, axe)
    page.get_by_role("link", name="Prices", exact=True).click()
    expect(page.locator("h1")).to_contain_text("Prices")
    assert serves_everybody(page, axe)
    before = page.locator("ol.rounds > li").count()

    page.get_by_role("link", name="Change it").click()
    page.get_by_label("Dearer, by at most (%)").fill("4.5")
    page.get_by_role("button", name="What would this have done?").click()
    expect(page.locator("#whatif h3")).to_contain_text(re.compile(r"Of \d+ answers? since"))
    expect(page.locator("#whatif tfoot")).to_contain_text("All together")
    assert serves_everybody(page, axe)

    # Nothing was saved by looking, and without a reason nothing is: what was typed stays.
    page.get_by_label("Holds from").fill(IN_A_MONTH.isoformat())
    page.get_by_role("button", name=re.compile("Save as version")).click()
    expect(page.locator(".invalid-feedback")).to_contain_text("Say why")
    expect(page.locator("#whatif tfoot")).to_be_visible()
    expect(page.get_by_label("Dearer, by at most (%)")).to_have_value("4.5")
    assert serves_everybody(page, axe)
    page.get_by_role("textbox", name="Why").fill("Metal got dearer")
    page.get_by_role("button", name=re.compile("Save as version")).click()
    expect(page.locator("#messages")).to_contain_text("of “Prices” holds from")
    expect(page.locator("ol.rounds > li")).to_have_count(before + 1)
    expect(page.locator("ol.rounds > li").first).to_contain_text("Looked at before saving")


def order_under_policies(page: Page) -> str:
    """The address of an order of Northwind, which has policies, with lines agreed for far ahead."""
    page.goto("/orders/?state=agreed&partner=Northwind+Distribution")
    links = [link.get_attribute("href") or "" for link in page.locator("#lines tbody th a").all()]
    ((order, lines),) = Counter(link.partition("#")[0] for link in links).most_common(1)
    assert lines >= 3
    return order


def agreed(page: Page) -> Locator:
    """The lines on which both sides agree."""
    return page.locator("tr[data-line]", has=page.locator(".state", has_text="Agreed"))


def open_editor(page: Page, line: Locator) -> Locator:
    """Choose to propose a change for a line, and return its editor."""
    line.locator("select[data-choice]").select_option("change")
    editor = page.locator(f"#{line.get_attribute('data-editor')}")
    expect(editor.get_by_label("Delivery date, part 1")).to_be_visible()
    return editor


def move(page: Page, line: Locator, *, days: int) -> None:
    """Propose a later date for a line."""
    field = open_editor(page, line).get_by_label("Delivery date, part 1")
    field.fill((date.fromisoformat(field.input_value()) + timedelta(days=days)).isoformat())


@pytest.mark.parametrize("size", SIZES)
def test_within_a_tolerance_it_passes_beyond_it_waits_and_can_be_taken_back(visit, axe, size):
    page = visit("mallory@globex.example", size=size)
    order = order_under_policies(page)
    page.goto(order)
    expect(page.locator(".rules-panel")).to_contain_text("3 working days")
    first, second = (page.locator(f"#{agreed(page).nth(place).get_attribute('id')}") for place in (0, 1))
    move(page, first, days=1)
    move(page, second, days=40)
    send = page.locator("form#answer button[type=submit]", has_text="Send 2 answers")
    assert serves_everybody(page, axe)
    send.click()

    expect(page.locator("h1")).to_contain_text("Order")
    said = page.locator("tr.said")
    ids = [line.get_attribute("id") for line in (first, second)]
    within, beyond = (said.and_(page.locator(f"[data-of='{(pk or '').partition('-')[2]}']")) for pk in ids)
    expect(within).to_contain_text("accepted by itself")
    expect(beyond).to_contain_text("waits for the buyer")
    assert serves_everybody(page, axe)
    beyond.get_by_role("button", name="Take back").click()
    expect(beyond).not_to_contain_text("waits for the buyer")
    expect(second.locator(".state")).to_have_text("Agreed")


@pytest.mark.parametrize("size", SIZES)
def test_what_is_forbidden_is_refused_with_the_bound_and_while_typing_in_the_grid(visit, axe, size):
    page = visit("mallory@globex.example", size=size)
    order = order_under_policies(page)
    page.goto(order)
    line = page.locator(f"#{agreed(page).last.get_attribute('id')}")
    field = open_editor(page, line).get_by_label("Quantity, part 1")
    field.fill("1")
    page.locator("form#answer button[type=submit]", has_text="Send 1 answer").click()
    expect(page.locator("#problems")).to_contain_text("Frame agreement")
    expect(page.locator("#problems")).to_contain_text("may be at least")
    expect(field).to_have_value("1")
    assert serves_everybody(page, axe)

    page.goto(f"{order.partition('#')[0]}grid/")
    cell = page.locator("td.cell-quantity input").last
    cell.fill("1")
    refusal = page.locator("td.cell-quantity .error").last
    expect(refusal).to_contain_text("Frame agreement")
    expect(cell).to_have_attribute("aria-invalid", "true")
    assert serves_everybody(page, axe)
    cell.fill("")
    expect(refusal).to_be_hidden()
