"""Orders as documents, in a browser: each revision as a PDF, and those of many orders in one file."""

from pathlib import Path
from zipfile import ZipFile

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import SIZES
from tests.browser.test_accessibility import serves_everybody

pytestmark = pytest.mark.browser


@pytest.mark.parametrize("size", SIZES)
def test_an_order_is_taken_along_as_a_document_and_many_in_one_file(visit, axe, size):
    page = visit("rita@acme.example", size=size)
    page.goto("/orders/")
    page.locator("#lines tbody th a").first.click()
    page.get_by_role("link", name="PDF", exact=True).click()
    expect(page.locator("h1")).to_contain_text("Documents of")
    assert serves_everybody(page, axe)
    # A browser that shows PDFs opens it instead of keeping it.
    revision = page.request.get(page.get_by_role("link", name="Revision 1").get_attribute("href") or "")
    assert revision.body().startswith(b"%PDF")

    page.goto("/orders/")
    numbers = page.locator("#lines tbody th a").all_inner_texts()
    page.locator("#lines [name=line]").first.check()
    page.locator("#lines [name=line]").last.check()
    page.get_by_role("button", name="PDFs").click()
    expect(page.locator("h2")).to_contain_text("ready")
    assert serves_everybody(page, axe)
    with page.expect_download() as download:
        page.get_by_role("link", name="Download the ZIP").click()
    names = ZipFile(Path(download.value.path())).namelist()
    assert len(names) == len({numbers[0], numbers[-1]})
    assert any(numbers[0].strip() in name for name in names)
