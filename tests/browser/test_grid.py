"""Answering in the grid, in a browser: keys as in a spreadsheet, a pasted block, undo, a draft that stays."""

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.pasting import paste
from tests.browser.test_accessibility import serves_everybody

pytestmark = pytest.mark.browser


def open_grid(page: Page) -> None:
    """Open the last order on the worklist that has four lines or more in a grid, with nothing typed."""
    jobs = page.locator("li.job", has=page.locator("form[action$='/accept/']"), has_not_text="again")
    for address in reversed([job.get_attribute("href") for job in jobs.locator("a.job-name").all()]):
        page.goto(f"{address}grid/")
        if page.locator("tr[data-row]").count() >= 4:
            break
    expect(page.locator("#grid-saved")).to_be_visible()


def cell(page: Page, column: str, row: int) -> Locator:
    """A cell by its column (confirm, date, quantity, price, reason) and its row from 0."""
    return page.locator("tr[data-row]").nth(row).locator(f"td.cell-{column} > input")


def values(page: Page, column: str, rows: int) -> list[str]:
    """What the first rows of a column hold."""
    return [cell(page, column, row).input_value() for row in range(rows)]


@pytest.mark.parametrize(
    ("who", "size"), [("alice@acme.example", "desktop"), ("olivia@acme.example", "phone")]
)
def test_typing_filling_pasting_undoing_and_finding_the_draft_again(visit, axe, who, size):
    page = visit(who, size=size)
    open_grid(page)
    assert serves_everybody(page, axe)

    # The arrows walk the cells, sideways from the end of the text only.
    cell(page, "date", 0).focus()
    page.keyboard.press("ArrowDown")
    expect(cell(page, "date", 1)).to_be_focused()
    page.keyboard.press("ArrowRight")
    expect(cell(page, "quantity", 1)).to_be_focused()
    page.keyboard.press("ArrowLeft")
    page.keyboard.press("ArrowUp")
    expect(cell(page, "date", 0)).to_be_focused()

    # Fill down: what is selected, and with the button to the end.
    page.keyboard.type("2027-03-01")
    page.keyboard.press("Shift+ArrowDown")
    page.keyboard.press("Shift+ArrowDown")
    page.keyboard.press("Control+d")
    assert values(page, "date", 4) == ["2027-03-01"] * 3 + [""]
    page.keyboard.press("Control+z")
    assert values(page, "date", 4) == ["2027-03-01", "", "", ""]
    page.keyboard.press("Control+y")
    assert values(page, "date", 4) == ["2027-03-01"] * 3 + [""]

    # A block of two columns and two rows, as a spreadsheet copies it; one undo takes all of it back.
    cell(page, "quantity", 2).click()
    paste(cell(page, "quantity", 2), "7\t1.25\n8\tcheap\n")
    assert (values(page, "quantity", 4), values(page, "price", 4)) == (
        ["", "", "7", "8"],
        ["", "", "1.25", "cheap"],
    )
    refusal = page.locator("td.cell-price .error:not([hidden])")
    expect(refusal).to_contain_text("must be a number")
    assert serves_everybody(page, axe)
    page.get_by_role("button", name="Undo").click()
    assert (values(page, "quantity", 4), values(page, "price", 4)) == ([""] * 4, [""] * 4)
    expect(refusal).to_have_count(0)

    expect(page.locator("#grid-saved")).to_contain_text("Draft kept at")
    page.reload()
    expect(page.locator("#restored")).to_contain_text("is restored")
    assert values(page, "date", 4) == ["2027-03-01"] * 3 + [""]
    expect(page.locator("[data-grid-send]")).to_have_text("Send 3 answers, 3 need the buyer")
    assert serves_everybody(page, axe)
    page.get_by_role("button", name="Throw it away").click()
    expect(page.locator("#messages")).to_contain_text("thrown away")
    assert values(page, "date", 4) == [""] * 4
