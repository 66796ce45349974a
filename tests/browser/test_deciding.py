"""A buyer decides with the keyboard and on many at once, in a real browser, and is offered a policy."""

import re

import pytest
from playwright.sync_api import Page, expect

pytestmark = pytest.mark.browser


def proposals(page: Page) -> list[str]:
    """Show all that waits, the most urgent first; return the ids of the rows."""
    page.goto("/decide/")
    expect(page.locator("li.job-decide").first).to_be_visible()
    return [row.get_attribute("id") or "" for row in page.locator("li.job-decide").all()]


def focused(page: Page) -> str:
    """The id of the row that has the focus."""
    return page.evaluate("document.activeElement.closest('li.job')?.id ?? ''")


def test_three_decisions_with_the_keyboard(visit):
    page = visit("bea@northwind.example")
    rows = proposals(page)
    assert len(rows) >= 3
    page.keyboard.press("j")
    assert focused(page) == rows[0]

    page.keyboard.press("a")
    expect(page.locator(".job-done", has_text="Approved: 1 proposal")).to_be_visible()
    page.wait_for_function("id => document.activeElement.closest('li.job')?.id === id", arg=rows[1])

    page.keyboard.press("d")
    page.keyboard.type("The site opens on that day")
    page.keyboard.press("Enter")
    expect(page.locator(".job-done", has_text="Declined: 1 proposal")).to_be_visible()
    page.wait_for_function("id => document.activeElement.closest('li.job')?.id === id", arg=rows[2])

    page.keyboard.press("c")
    # The form takes the focus when it has come: what is typed before that would land in it.
    expect(page.locator(f"#{rows[2]} .row-form form input:focus")).to_be_visible()
    page.locator(f"#{rows[2]} input[name=comment]").fill("As agreed in May")
    page.keyboard.press("Enter")
    expect(page.locator(".job-done", has_text="Counter-proposal sent")).to_be_visible()


def test_keys_do_nothing_once_they_are_off(visit):
    page = visit("ada@northwind.example")
    page.goto("/decide/")
    page.keyboard.press("?")
    expect(page.get_by_role("button", name="Turn them off")).to_be_visible()
    page.get_by_role("button", name="Turn them off").click()
    expect(page.locator("html[data-keys-off]")).to_have_count(1)
    page.keyboard.press("j")
    assert focused(page) == ""


def test_two_are_approved_at_once(visit):
    page = visit("bea@northwind.example")
    assert len(proposals(page)) >= 2
    boxes = page.locator("li.job-decide input[name=proposal]")
    boxes.nth(0).check()
    boxes.nth(1).check()
    expect(page.locator("#picked")).to_contain_text(re.compile("2 lines of [12] order"))
    expect(page.locator("#picked")).to_contain_text("Approving")
    page.get_by_role("button", name="Approve them").click()
    expect(page.locator("#decided")).to_contain_text("Approved: 2 proposals")


def test_the_same_yes_again_and_again_is_offered_as_a_policy(visit):
    page = visit("max@northwind.example")
    page.goto("/decide/")
    expect(page.locator(".offer")).to_contain_text(
        re.compile(r"You approved (\d+) of \1 date moves of up to 8 days")
    )
    expect(page.locator(".similar").first).to_be_visible()
    page.get_by_role("link", name="Set it up as a policy").click()
    expect(page.locator("[name=upper_amount]")).to_have_value("8")


def test_deciding_works_without_javascript(visit):
    page = visit("grace@southbay.example", javascript=False)
    page.goto("/decide/")
    box = page.locator("li.job-decide input[name=proposal]").last
    box.check()
    page.get_by_role("button", name="Approve them").click()
    expect(page.locator("h1")).to_contain_text("Decide on 1 proposal")
    page.get_by_role("button", name="Approve 1 proposal").click()
    expect(page.locator("#decided")).to_contain_text("Approved: 1 proposal")
