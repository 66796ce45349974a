"""An administrator compares with Odoo: press the button, watch it, read the report."""

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import SIZES
from tests.browser.test_accessibility import findings, too_wide

pytestmark = pytest.mark.browser


@pytest.mark.parametrize("size", SIZES)
def test_comparing_now_shows_the_report_when_it_is_done(visit, axe, size):
    page = visit("iris@northwind.example", size=size)
    page.goto("/integration/drift/")
    found = findings(page, axe)
    page.get_by_role("button", name="Compare now").click()
    expect(page.locator("#report")).to_contain_text("In step")
    found += findings(page, axe)
    assert found == []
    assert not too_wide(page)
    page.goto("/integration/drift/")
    expect(page.locator("#runs tbody tr").first).to_contain_text("In step")
    assert findings(page, axe) == []
    assert not too_wide(page)
