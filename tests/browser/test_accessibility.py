"""Every page, on a desk and on a phone: nothing that keeps people out, nothing wider than the screen."""

import pytest
from playwright.sync_api import Page

from tests.browser.conftest import SIZES

pytestmark = pytest.mark.browser

PAGES = {
    "worklist": "/",
    "order list": "/orders/",
    "colleagues": "/people/",
    "mail": "/mail/",
    "second factor": "/accounts/2fa/",
    "what I was told": "/me/notices/",
    "how I am told": "/me/preferences/",
}
_RUN = "axe.run(document, {runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa']})"

# Bars that stay in place cover whatever happens to be below them: a button that half looks out from under one
# is not too small. Said twice, they stay in place again.
_LET_GO = """document.querySelectorAll(".top, .strip, .send, .pick-bar").forEach((bar) => {
  bar.style.position = bar.style.position ? "" : "static";
})"""


def findings(page: Page, axe: str) -> list[str]:
    """What axe calls serious or worse, each with the first element that has it."""
    # Evaluated by the debugger, so the page's content security policy need not be opened.
    page.evaluate(axe)
    page.evaluate(_LET_GO)
    violations = page.evaluate(_RUN)["violations"]
    page.evaluate(_LET_GO)
    return [
        f"{page.url} {rule['id']}: {rule['help']} {rule['nodes'][0]['html'][:200]}"
        for rule in violations
        if rule["impact"] in {"serious", "critical"}
    ]


def too_wide(page: Page) -> bool:
    """Whether people must scroll sideways to read the page as a whole."""
    return page.evaluate("document.documentElement.scrollWidth > window.innerWidth + 1")


def serves_everybody(page: Page, axe: str) -> bool:
    """Say yes when axe finds nothing serious on the page and nothing is wider than the screen."""
    assert findings(page, axe) == []
    assert not too_wide(page), page.url
    return True


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("who", ["alice@acme.example", "bea@northwind.example"])
def test_pages_keep_nobody_out(visit, axe, who, size):
    page = visit(who, size=size)
    found, wide = [], []
    order = page.locator("a.job-name").first.get_attribute("href")
    assert order
    for path in [*PAGES.values(), order.partition("#")[0]]:
        answer = page.goto(path)
        assert answer is not None
        assert answer.status == 200, path
        found += [each for each in findings(page, axe) if each not in found]
        if too_wide(page):
            wide.append(path)
    assert found == []
    assert wide == []


DESK = {
    "decide": "/decide/",
    "past decisions": "/decide/past/",
    "keyboard": "/keys/",
    "connections": "/integration/",
    "exceptions": "/integration/exceptions/",
    "solved exceptions": "/integration/exceptions/?state=solved",
    "alerts": "/alerts/",
}


@pytest.mark.parametrize("size", SIZES)
def test_the_integration_desk_keeps_nobody_out(visit, axe, size):
    page = visit("iris@northwind.example", size=size)
    found, wide = [], []
    for path in DESK.values():
        answer = page.goto(path)
        assert answer is not None
        assert answer.status == 200, path
        found += findings(page, axe)
        if too_wide(page):
            wide.append(path)
    calls = page.goto("/integration/") and page.locator(".charts-more a").first.get_attribute("href")
    assert calls
    page.goto(calls)
    found += findings(page, axe)
    assert found == []
    assert wide == []
