"""What has the focus, or is about to be clicked, stands between the bars that stay, never behind them."""

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import SIZES

pytestmark = pytest.mark.browser

# The focused element's top and bottom edge, each hit where it is widest; what lies over it is named.
_COVERED = """() => {
  if (document.activeElement === document.body) return [];  // past the last one
  const focused = document.activeElement, box = focused.getBoundingClientRect(), x = box.left + box.width / 2;
  return [box.top + 2, box.bottom - 2].map((y) => document.elementFromPoint(x, y))
    .filter((hit) => !hit || !(focused.contains(hit) || hit.contains(focused)))
    .map((hit) => focused.textContent.trim() + " behind " + (hit ? hit.outerHTML.slice(0, 80) : "the edge"));
}"""


def covered(page: Page, key: str, *, times: int) -> list[str]:
    """Press a key again and again and say what was covered when it had the focus."""
    found = []
    for _ in range(times):
        page.keyboard.press(key)
        found += page.evaluate(_COVERED)
    return found


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("path", ["/", "/orders/"])
def test_no_bar_covers_what_has_the_focus(visit, size, path):
    page = visit("joris@vandael.example", size=size)
    page.goto(path)
    rows = min(page.locator("[data-keys] tbody tr, [data-keys] > li").count(), 30)
    assert rows > 3
    found = covered(page, "j", times=rows) + covered(page, "k", times=rows)
    found += covered(page, "Tab", times=25) + covered(page, "Shift+Tab", times=25)
    assert found == []


def test_an_order_at_the_edge_of_the_strip_opens_with_a_click(visit):
    page = visit("joris@vandael.example")
    jobs = page.locator("li.job", has=page.locator("form[action$='/accept/']"))
    for place in range(jobs.count()):
        link = jobs.nth(place).locator("a.job-name")
        number = link.inner_text()
        # The worst place: the middle of the link on the upper edge of the strip.
        link.evaluate("""link => {
          const places = [link, document.querySelector(".strip")].map((each) => each.getBoundingClientRect());
          const [box, strip] = places;
          scrollBy(0, box.top + box.height / 2 - strip.top);
        }""")
        link.click()
        expect(page.locator("h1")).to_contain_text(number)
        page.goto("/")
