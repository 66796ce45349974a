"""Another product or unit in the grid, in a browser: opened by keyboard, checked, pasted, undone, kept."""

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.pasting import paste
from tests.browser.test_accessibility import serves_everybody
from tests.browser.test_grid_parts import open_grid

pytestmark = pytest.mark.browser


def row(page: Page, number: int) -> Locator:
    """A row that is shown, from 0."""
    return page.locator("tr[data-row]:not([hidden])").nth(number)


def cell(page: Page, name: str, number: int = 0) -> Locator:
    """A cell of a row by the end of its name: reason, other_code."""
    return row(page, number).locator(f"input[name$='-{name}']")


@pytest.mark.parametrize(
    ("who", "size"), [("alice@acme.example", "desktop"), ("olivia@acme.example", "phone")]
)
def test_another_product_is_typed_with_the_keyboard_checked_undone_and_found_again(visit, axe, who, size):
    page = visit(who, size=size)
    open_grid(page)
    assert page.locator("details.foreign[open]").count() == 0

    cell(page, "date").fill("2027-03-01")  # whatever was asked may have passed
    # From the reason the arrow goes nowhere while it is closed; Tab and Enter open it.
    cell(page, "reason").focus()
    page.keyboard.press("ArrowRight")
    expect(cell(page, "reason")).to_be_focused()
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    expect(cell(page, "other_code")).to_be_focused()
    page.keyboard.type("BX-200")
    problem = row(page, 0).locator(".foreign .error:not([hidden])")
    expect(problem).to_contain_text("Say what the other product is")
    assert serves_everybody(page, axe)
    page.keyboard.press("ArrowRight")
    expect(cell(page, "other_name")).to_be_focused()
    page.keyboard.type("Hex bolt A4")
    expect(problem).to_have_count(0)
    expect(page.locator("[data-grid-send]")).to_have_text("Send 1 answer, 1 needs the buyer")
    assert serves_everybody(page, axe)

    page.keyboard.press("Control+z")
    assert cell(page, "other_name").input_value() == ""
    page.keyboard.press("Control+y")
    expect(page.locator("#grid-saved")).to_contain_text("Draft kept at")
    page.reload()
    assert page.locator("details.foreign[open]").count() == 1
    assert cell(page, "other_name").input_value() == "Hex bolt A4"
    page.get_by_role("button", name="Throw it away").click()
    expect(page.locator("details.foreign[open]")).to_have_count(0)


def test_blocks_fill_down_and_parts_reach_these_cells_too(visit):
    page = visit("alice@acme.example")
    open_grid(page)
    row(page, 0).get_by_text("Another product or unit").click()
    cell(page, "date").fill("2027-03-01")
    cell(page, "other_code").focus()
    paste(cell(page, "other_code"), "BX-200\tHex bolt A4\tBox of 5\n")
    assert [cell(page, name).input_value() for name in ("other_code", "other_name", "other_unit")] == [
        "BX-200",
        "Hex bolt A4",
        "Box of 5",
    ]
    expect(row(page, 0).locator("td.cell-quantity .error:not([hidden])")).to_contain_text("Box of 5")
    page.get_by_role("button", name="Undo").click()
    assert cell(page, "other_unit").input_value() == ""

    # Filled down to the end, every line that takes it opens.
    cell(page, "other_unit").fill("Box of 5")
    page.get_by_role("button", name="Fill down").click()
    lines = page.locator("tr[data-row]:not([hidden])").count()
    expect(page.locator("details.foreign[open]")).to_have_count(lines)

    # A split is in the unit of its first part, and what is asked says nothing about what is left.
    cell(page, "quantity").fill("1")
    cell(page, "price").fill("22")
    row(page, 0).get_by_role("button", name="Split").click()
    assert cell(page, "quantity", 1).input_value() == ""
    cell(page, "quantity", 1).fill("1")
    expect(page.locator("output.part-sum:visible")).to_have_text("2 Box of 5")

    # Rows of our own sheet bring them along.
    line = row(page, 0).get_attribute("data-line")
    titles = "Order\tOther product code\tOther product name\tKey\tSeen"
    paste(cell(page, "other_code"), f"{titles}\nP1\tCX-9\tHex bolt A5\t{line}\ts1\n")
    assert (cell(page, "other_code").input_value(), cell(page, "other_unit").input_value()) == ("CX-9", "")
    # So does a row without titles; in one of a sheet of before the key stands where they are now.
    shown, own = ["P1"] * 11, ["", "3", "2027-03-08", "", "Sold out"]
    for others in (["DX-1", "Nut", "", ""], []):
        text = "\t".join([*shown, *own, *others, line or "", "1", "s1", ""])
        paste(cell(page, "quantity"), f"{text}\n")
        assert cell(page, "reason").input_value() == "Sold out"
        assert cell(page, "other_code").input_value() == (others[0] if others else "")
    expect(page.locator("#grid-saved")).to_contain_text("Draft kept at")
    page.reload()
    page.get_by_role("button", name="Throw it away").click()
    expect(page.locator("details.foreign[open]")).to_have_count(0)


def test_without_javascript_it_opens_and_is_kept_too(visit):
    page = visit("alice@acme.example", javascript=False)
    open_grid(page)
    row(page, 0).get_by_text("Another product or unit").click()
    cell(page, "other_name").fill("Hex bolt A4")
    page.get_by_role("button", name="Keep as a draft").click()
    assert cell(page, "other_name").input_value() == "Hex bolt A4"
    page.get_by_role("button", name="Throw it away").click()
    expect(page.locator("#restored")).to_have_count(0)
