"""Splitting a line in the grid, in a browser: a part more or less, undone, pasted by line, found again."""

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.pasting import paste
from tests.browser.test_accessibility import serves_everybody

pytestmark = pytest.mark.browser


def open_grid(page: Page) -> None:
    """Open an order that waits in a grid."""
    page.goto("/orders/?state=confirm")
    page.locator(".sheet tbody th a").first.click()
    page.get_by_role("link", name="Grid").click()
    if page.locator("#restored").count():
        page.get_by_role("button", name="Throw it away").click()
    expect(page.locator("#restored")).to_have_count(0)


def cells(page: Page, column: str, line: str) -> Locator:
    """The cells of one column in the rows of a line that are shown."""
    return page.locator(f"tr[data-line='{line}']:not([hidden]) td.cell-{column} > input")


def typed(page: Page, column: str, line: str) -> list[str]:
    """What these cells hold."""
    return [cell.input_value() for cell in cells(page, column, line).all()]


@pytest.mark.parametrize(
    ("who", "size"), [("alice@acme.example", "desktop"), ("olivia@acme.example", "phone")]
)
def test_a_line_is_split_undone_pasted_and_found_again(visit, axe, who, size):
    page = visit(who, size=size)
    open_grid(page)
    first = page.locator("tr[data-row]").first
    line = first.get_attribute("data-line")
    asked = first.locator("[data-parts]").get_attribute("data-asked")
    half = str(int(asked) // 2)
    rest = str(int(asked) - int(half))

    # The rest of the quantity is offered for the second part, and the date is next.
    cells(page, "quantity", line).fill(half)
    first.get_by_role("button", name="Split").click()
    assert typed(page, "quantity", line) == [half, rest]
    expect(cells(page, "date", line).nth(1)).to_be_focused()
    page.keyboard.type("2027-05-01")
    expect(page.locator(f"#sum-{line}")).to_contain_text(f"{asked} of {asked}")
    expect(page.locator("#grid-saved")).to_contain_text("Draft kept at")
    assert serves_everybody(page, axe)

    # A third part, and away with the second: what stood in the third moves up.
    first.get_by_role("button", name="Split").click()
    cells(page, "reason", line).nth(2).fill("Sold out")
    page.get_by_role("button", name="Remove part 2").click()
    assert (typed(page, "reason", line), typed(page, "date", line)[1]) == (["", "Sold out"], "")
    page.get_by_role("button", name="Undo").click()
    assert typed(page, "date", line)[1:] == ["2027-05-01", ""]
    for _ in range(3):
        page.get_by_role("button", name="Undo").click()
    assert typed(page, "quantity", line) == [half, rest]

    # What is kept is found again, and an undone split is gone from the draft as well.
    expect(page.locator("#grid-saved")).to_contain_text("Draft kept at")
    page.reload()
    assert typed(page, "quantity", line) == [half, rest]
    page.get_by_role("button", name="Throw it away").click()
    expect(cells(page, "quantity", line)).to_have_count(1)


def test_rows_pasted_with_their_line_become_its_parts(visit):
    page = visit("alice@acme.example")
    open_grid(page)
    first = page.locator("tr[data-row]").first
    line, code = first.get_attribute("data-line"), first.get_attribute("data-code")
    date = cells(page, "date", line)
    date.focus()
    paste(date, f"{code}\t2027-05-01\t6\n{code}\t2027-06-01\t4\n")
    assert (typed(page, "date", line), typed(page, "quantity", line)) == (
        ["2027-05-01", "2027-06-01"],
        ["6", "4"],
    )
    page.get_by_role("button", name="Undo").click()
    assert typed(page, "date", line) == [""]
    # Rows of our own sheet: titles, a hidden key, and a row of another order.
    titles = "Order\tYour quantity\tYour date\tKey\tSeen"
    rows = f"P1\t3\t2027-07-01\t{line}\ts1\nP1\t7\t2027-07-08\t{line}\ts1\nP2\t1\t2027-07-08\t999999\ts1"
    paste(cells(page, "quantity", line).first, f"{titles}\n{rows}\n")
    assert typed(page, "quantity", line) == ["3", "7"]
    expect(page.locator("#grid-saved")).to_contain_text("1 row is not of this order")


def test_without_javascript_the_button_splits_too(visit):
    page = visit("alice@acme.example", javascript=False)
    open_grid(page)
    first = page.locator("tr[data-row]").first
    line = first.get_attribute("data-line")
    first.get_by_role("button", name="Split").click()
    expect(cells(page, "quantity", line)).to_have_count(2)
    page.get_by_role("button", name="Remove part 2").click()
    expect(cells(page, "quantity", line)).to_have_count(1)
