"""Answering in a spreadsheet, in a browser: download what is seen, fill it in, send it back, read on."""

import io
import re
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from openpyxl import load_workbook
from openpyxl.worksheet.worksheet import Worksheet
from playwright.sync_api import Page, expect

from tests.browser.conftest import SIZES
from tests.browser.odoo import Odoo, until
from tests.browser.test_accessibility import serves_everybody

pytestmark = pytest.mark.browser

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@pytest.fixture
def odoo(demo) -> Odoo:
    return Odoo(demo.odoo_address)


def look_at(page: Page, *, last: bool) -> str:
    """Filter the order list so that it shows one order of five lines or more; return its number."""
    jobs = page.locator("li.job", has=page.locator("form[action$='/accept/']")).filter(
        has_text=re.compile(r"\b([5-9]|\d\d) lines to confirm"), has_not_text="has passed"
    )
    number = (jobs.last if last else jobs.first).locator("a.job-name").inner_text()
    page.goto("/orders/?state=confirm")
    page.get_by_label("Search", exact=True).fill(number)
    page.get_by_role("button", name="Filter").click()
    expect(page.locator(".chip").first).to_contain_text(number)
    expect(page.locator("#lines tbody th a", has_not_text=number)).to_have_count(0)
    return number


def downloaded(page: Page, name: str) -> Any:
    """Press a link to a workbook and open what comes."""
    with page.expect_download() as download:
        page.get_by_role("link", name=name, exact=True).click()
    return load_workbook(io.BytesIO(Path(download.value.path()).read_bytes()))


def fill(sheet: Worksheet, row: int, cells: dict[str, Any]) -> None:
    """Write into a row by the titles of its columns."""
    places = {cell.value: cell.column for cell in sheet[1]}
    for title, value in cells.items():
        sheet.cell(row, places[title], value)


def column(sheet: Worksheet, title: str) -> list[Any]:
    """The cells of a column, without its title."""
    (place,) = (cell.column for cell in sheet[1] if cell.value == title)
    return [sheet.cell(row, place).value for row in range(2, sheet.max_row + 1)]


def send_in(page: Page, book: Any) -> None:
    """Upload a workbook on the page about sheets."""
    file = io.BytesIO()
    book.save(file)
    page.locator("input[type=file]").set_input_files(
        {"name": "answers.xlsx", "mimeType": XLSX, "buffer": file.getvalue()}
    )
    page.get_by_role("button", name="Look at what it comes to").click()
    expect(page.locator(".sheet-sum")).to_be_visible()


@pytest.mark.parametrize("size", SIZES)
def test_a_sheet_goes_out_is_filled_in_and_comes_back_with_its_outcomes(visit, odoo, axe, size):
    page = visit("joris@vandael.example", size=size)
    number = look_at(page, last=size == "phone")
    order = (page.locator("#lines tbody th a").first.get_attribute("href") or "").partition("#")[0]
    page.get_by_role("link", name="Spreadsheet").click()
    expect(page.locator(".sheet-steps")).to_contain_text(number)
    assert serves_everybody(page, axe)
    book = downloaded(page, "Excel")
    sheet = book["Lines"]
    assert set(column(sheet, "Order")) == {number}
    asked, products = column(sheet, "Asked date"), column(sheet, "Product")

    # Row 2 stays blank; one is confirmed, one proposed, one cannot be read, one is changed by the buyer.
    fill(sheet, 3, {"Confirm (x)": "x"})
    fill(sheet, 4, {"Your date": asked[2] + timedelta(days=60), "Reason": "Copper is late"})
    fill(sheet, 5, {"Your quantity": "a few"})
    fill(sheet, 6, {"Your price": 1.5})
    more = int(column(sheet, "Asked quantity")[4]) + 1234
    odoo.change(number, products[4], {"product_qty": more})
    until(lambda: f"{more:,}" in page.request.get(order).text())
    send_in(page, book)
    for words in (
        "1 confirmed as asked",
        "1 with a change",
        "1 changed meanwhile",
        f"{len(products) - 4} left unchanged",
    ):
        expect(page.locator(".sheet-sum")).to_contain_text(words)
    wrong = page.get_by_role("region", name="To be put right in the sheet")
    conflict = page.get_by_role("region", name="Changed while you filled in the sheet")
    expect(wrong).to_contain_text("“a few”")
    for words in (str(more), "1.5"):
        expect(conflict).to_contain_text(words)
    expect(conflict.locator("tbody tr").first).to_contain_text(re.compile("Quantity"))
    assert serves_everybody(page, axe)

    page.get_by_role("button", name=re.compile("^Send 2 answers")).click()
    expect(page.locator("#job")).to_contain_text("sent by Joris Van Dael")
    assert serves_everybody(page, axe)
    told = downloaded(page, "This sheet with its outcomes")["Lines"]
    states = ["Left as it was", "Agreed", "With the buyer", "To be put right", "Changed meanwhile"]
    assert column(told, "Outcome")[:5] == states
    assert "M5" in column(told, "Explanation")[3]
    assert f"Now: {more}" in column(told, "Explanation")[4]
