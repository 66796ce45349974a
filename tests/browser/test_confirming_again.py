"""Before a delivery, in a browser: a manager says how long there is to answer, a supplier confirms again."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import SIZES
from tests.browser.test_accessibility import serves_everybody

pytestmark = pytest.mark.browser


@pytest.mark.parametrize(
    ("who", "size"), [("alice@acme.example", "desktop"), ("mallory@globex.example", "phone")]
)
def test_what_is_near_is_confirmed_again_with_one_click(visit, axe, who, size):
    page = visit(who, size=size)
    page.goto("/orders/?state=again")
    assert serves_everybody(page, axe)
    order = page.locator("#lines tbody th a").first.get_attribute("href") or ""
    page.goto(order)
    expect(page.locator("main")).to_contain_text("Delivery is near")
    assert serves_everybody(page, axe)
    page.get_by_role("button", name=re.compile("still as agreed", re.IGNORECASE)).click()
    expect(page.locator("#messages")).to_contain_text("confirmed again")
    expect(page.locator("tr[data-line] .state", has_text="Confirm again")).to_have_count(0)
    assert serves_everybody(page, axe)


@pytest.mark.parametrize("size", SIZES)
def test_a_manager_says_how_long_there_is_to_answer(visit, axe, size):
    page = visit("max@northwind.example", size=size)
    page.goto("/policies/")
    page.locator("summary", has_text="Time to answer").click()
    page.locator("details[open]").get_by_role("link", name="Northwind Distribution").click()
    expect(page.locator("h1")).to_contain_text("Time to answer")
    assert serves_everybody(page, axe)
    before = page.locator("ol.rounds > li").count()

    page.get_by_role("link", name="Change it").click()
    hours = page.get_by_label("Working hours to answer an order")
    hours.fill("many")
    page.get_by_role("button", name="Save it").click()
    expect(page.locator(".invalid-feedback").first).to_contain_text("whole number of working hours")
    expect(page.locator(".invalid-feedback").last).to_contain_text("Say why")
    expect(hours).to_have_value("many")
    assert serves_everybody(page, axe)

    hours.fill("30")
    page.get_by_role("textbox", name="Why").fill("Two days were not enough")
    page.get_by_role("button", name="Save it").click()
    expect(page.locator("#messages")).to_contain_text("This holds from")
    expect(page.locator("main")).to_contain_text("30 working hours to answer")
    expect(page.locator("ol.rounds > li")).to_have_count(before + 1)
    assert serves_everybody(page, axe)
