"""Many lines at once, in a browser: all that a filter shows is moved, looked at, sent and worked off."""

import re
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager

import psycopg
import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import SIZES
from tests.browser.test_accessibility import serves_everybody
from tests.running import Demo

pytestmark = pytest.mark.browser


def ordered_by_both(page: Page) -> str:
    """A product of which lines ahead wait for a company that has policies and for one that has none."""
    page.goto("/orders/?state=confirm")
    customers: dict[str, set[str]] = defaultdict(set)
    for row in page.locator("#lines tbody tr", has_not=page.locator(".late")).all():
        customers[row.locator("td").first.inner_text()].add(row.locator("th small").inner_text())
    both = {"Northwind Distribution", "Southbay Supply Ltd"}
    return next(product for product, names in customers.items() if both <= names)


@pytest.mark.parametrize("size", SIZES)
def test_all_that_a_filter_shows_is_moved_by_two_days(visit, axe, size):
    page = visit("alice@acme.example", size=size)
    page.goto(f"/orders/?state=confirm&q={ordered_by_both(page)}")
    lines = page.locator("#lines tbody tr").count()
    if size == "desktop":
        page.get_by_label("Choose all lines of this page").check()
    else:  # where rows are cards, the head of the table is not shown
        page.locator("#lines [name=line]").first.check()
        page.get_by_label("All lines of this list").check()
    expect(page.locator("#picked")).to_contain_text(f"{lines} lines")
    page.locator(".pick-bar summary", has_text="Shift dates").click()
    assert serves_everybody(page, axe)
    page.get_by_label("Days later").fill("two")
    page.get_by_role("button", name="Look at the result").first.click()
    expect(page.locator("#problems")).to_contain_text("Nothing was sent yet")
    assert serves_everybody(page, axe)
    page.get_by_label("Days later").fill("2")
    page.get_by_label("Reason").first.fill("The lorry comes on Thursdays")
    page.get_by_role("button", name="Look at the result").first.click()

    job = page.locator("#job")
    expect(job).to_contain_text(
        re.compile(r"\d+ lines? (is|are) agreed at once, \d+ lines? goe?s? to the buyer")
    )
    expect(job.locator("tbody tr")).to_have_count(lines)
    assert serves_everybody(page, axe)
    page.get_by_role("button", name=re.compile(r"^Send \d+ answers, \d+ needs? the buyer")).click()

    expect(job).to_contain_text("sent by Alice Brandt")
    expect(job.get_by_role("navigation", name="Lines by result")).to_contain_text("With the buyer")
    expect(job.get_by_role("navigation", name="Lines by result")).to_contain_text("Agreed")
    assert serves_everybody(page, axe)
    page.goto("/orders/jobs/")
    expect(page.locator("tbody tr").first).to_contain_text("Done")
    assert serves_everybody(page, axe)


def test_more_than_a_page_is_chosen_with_one_tick_and_a_preview_can_be_discarded(visit):
    page = visit("olivia@acme.example")
    page.goto("/orders/")
    page.locator("#lines [name=line]").first.check()
    page.get_by_label("All pages of this list").check()
    expect(page.locator("#picked b")).to_have_text(re.compile(r"^(8[1-9]|9\d|\d{3}) lines$"))
    page.get_by_role("button", name="Confirm as asked").click()
    expect(page.locator("#job")).to_contain_text("Nothing was sent yet")
    page.get_by_role("button", name="Discard").click()
    expect(page.locator("#messages")).to_contain_text("discarded; nothing was sent")


class Brakes:
    """Keeps the worker from going on: with one of a job's orders, and with the end of the job."""

    def __init__(self, demo: Demo, job: int) -> None:
        self._job = job
        self._most, self._rest = (psycopg.connect(demo.database) for _ in range(2))
        orders = self._most.execute(
            "SELECT o.id, o.order_id FROM bulk_joborder o JOIN bulk_jobline l ON l.job_order_id = o.id"
            " WHERE o.job_id = %s AND l.forecast IN ('AGREED', 'PASSES', 'NEEDS_BUYER')"
            " GROUP BY o.id ORDER BY o.id",
            [job],
        ).fetchall()
        # The worker takes orders together: it waits for this one with all but the last, which it passes over.
        self._most.execute("SELECT 1 FROM purchasing_purchaseorder WHERE id = %s FOR UPDATE", [orders[0][1]])
        self._rest.execute("SELECT 1 FROM bulk_joborder WHERE id = %s FOR UPDATE", [orders[-1][0]])

    def hold_before_the_end(self) -> None:
        """Let nobody note how far the job is: whoever worked at it waits there, with the rest still to do."""
        self._rest.execute("SELECT 1 FROM bulk_job WHERE id = %s FOR UPDATE", [self._job])

    def let_most_go(self) -> None:
        """Let all be answered but the last order."""
        self._most.rollback()

    def let_go(self) -> None:
        """Let the worker finish."""
        self._rest.rollback()

    def close(self) -> None:
        """Let everything go on."""
        self._most.close()
        self._rest.close()


@contextmanager
def braked(demo: Demo, page: Page) -> Iterator[Brakes]:
    found = re.search(r"/jobs/(\d+)/", page.url)
    assert found
    brakes = Brakes(demo, int(found[1]))
    try:
        yield brakes
    finally:
        brakes.close()


def test_the_work_is_watched_to_its_end_and_a_screen_reader_is_told(visit, demo, axe):
    """At first none of four orders is done, then all but one, then all; nobody reloads."""
    page = visit("mallory@globex.example")
    page.goto("/orders/?state=confirm")
    rows = page.locator("#lines tbody tr", has_not=page.locator(".late"))
    orders = {row.locator("a[href^='/orders/']").first.inner_text(): row for row in rows.all()}
    for row in list(orders.values())[-4:]:
        row.locator("[name=line]").check()
    page.get_by_role("button", name="Confirm as asked").click()
    expect(page.locator("#job")).to_contain_text("Nothing was sent yet")
    with braked(demo, page) as brakes:
        page.get_by_role("button", name=re.compile(r"^Send \d+ answer")).click()
        progress, told = page.locator("#job-progress"), page.locator("#job-said")
        expect(progress).to_contain_text("0 of 4 orders done so far")
        brakes.hold_before_the_end()
        assert serves_everybody(page, axe)
        expect(told).to_be_empty()
        page.locator("#lines-waiting").focus()
        brakes.let_most_go()
        expect(progress).to_contain_text("3 of 4 orders done so far")
        expect(told).to_contain_text("3 of 4 orders done so far: 1 waiting, 3 agreed.")
        # Whoever is at a link stays there while the page is written anew, and may leave and come back.
        page.wait_for_timeout(2500)
        expect(page.locator("#lines-waiting")).to_be_focused()
        watched = page.url
        page.goto("/orders/jobs/")
        expect(page.locator("tbody tr").first).to_contain_text("Being sent")
        page.go_back()
        expect(page).to_have_url(watched)
        expect(progress).to_contain_text("You may leave this page")
        brakes.let_go()
        expect(page.locator("#job")).to_contain_text("sent by Mallory Finch")
    expect(told).to_contain_text("All done: 4 agreed.")
    expect(page.locator("#job-progress")).to_have_count(0)
    assert serves_everybody(page, axe)


def test_without_javascript_the_page_says_how_to_look_again(visit, demo):
    page = visit("alice@acme.example", javascript=False)
    page.goto("/orders/?state=confirm")
    page.locator("#lines tbody tr", has_not=page.locator(".late")).first.locator("[name=line]").check()
    page.get_by_role("button", name="Confirm as asked").click()
    with braked(demo, page):
        page.get_by_role("button", name="Send 1 answer").click()
        expect(page.locator("#job-progress")).to_contain_text("0 of 1 order done so far")
        page.get_by_role("link", name="Look again").click()
        expect(page.locator("#job-progress")).to_contain_text("0 of 1 order done so far")
