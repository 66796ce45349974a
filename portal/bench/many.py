"""How long many lines at once take: a thousand chosen in the list, five thousand rows of a spreadsheet."""

import io
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

from openpyxl import load_workbook

from portal.bench.browser import Browser
from portal.bench.cast import PASSWORD, SELLER
from portal.bench.figures import Figure
from portal.bench.running import Stack, running

# No delivery to Odoo: what is measured is answering here. Odoo hears of each order as of any other.
_SERVICES = ["postgres", "broker", "preparation", "web", "workers"]
_ACCEPTED, _SHEET = 2, 10
_LONGEST, _GLANCE = 300, 0.25
_ROW = 20  # every so many rows of the sheet propose another date, the others confirm


def measure_bulk() -> Iterator[Figure]:
    """Yield how long a thousand lines take: until the preview, until accepted, until all are answered."""
    with _waiting(orders=200, lines=5) as (browser, stack):
        page = browser.get("/orders/?state=confirm")
        wish = {"all": "1", "query": "?state=confirm", "do": "shift", "days": "7", "shift_reason": "Late"}
        watch = _Watch(stack)
        job = browser.post("/orders/bulk/", wish, page=page)
        previewed = watch.seconds
        page = browser.get(job)
        watch = _Watch(stack)
        browser.post(f"{job}send/", {}, page=page)
        accepted = watch.seconds
        _until_done(browser, job)
        done, used = watch.seconds, watch.processor_seconds
    yield Figure("1,000 lines in 200 orders: chosen until previewed", previewed, "s", _ACCEPTED)
    yield Figure("1,000 lines in 200 orders: sent until accepted", accepted, "s", _ACCEPTED)
    yield Figure("1,000 lines in 200 orders: sent until all answered", done, "s")
    yield Figure("1,000 lines in 200 orders: processor time of that", used, "s")


def measure_sheet() -> Iterator[Figure]:
    """Yield how long a sheet of 5,000 rows takes: downloaded, looked at, answered, and back with outcomes."""
    with _waiting(orders=250, lines=20) as (browser, stack):
        watch = _Watch(stack)
        sheet = browser.file("/orders/sheets/lines.xlsx?state=confirm")
        downloaded = watch.seconds
        filled = _filled(sheet)
        page = browser.get("/orders/sheets/")
        whole = _Watch(stack)
        job = browser.upload("/orders/sheets/upload/", "sheet", "answers.xlsx", filled, page=page)
        page = browser.get(job)
        previewed = whole.seconds
        watch = _Watch(stack)
        browser.post(f"{job}send/", {}, page=page)
        _until_done(browser, job)
        answered = watch.seconds
        watch = _Watch(stack)
        browser.file(f"{job}sheet.xlsx")
        returned, done, used = watch.seconds, whole.seconds, whole.processor_seconds
    yield Figure("sheet of 5,000 rows: downloaded", downloaded, "s")
    yield Figure("sheet of 5,000 rows: upload until preview", previewed, "s")
    yield Figure("sheet of 5,000 rows in 250 orders: sent until answered", answered, "s")
    yield Figure("sheet of 5,000 rows: back with its outcomes", returned, "s")
    yield Figure("sheet of 5,000 rows: all of that", done, "s", _SHEET)
    yield Figure("sheet of 5,000 rows: processor time of all of that", used, "s")


class _Watch:
    """Seconds by the clock and of all services' processors, since it was made."""

    def __init__(self, stack: Stack) -> None:
        self._stack, self._used, self._began = stack, stack.processor_seconds(), time.perf_counter()

    @property
    def seconds(self) -> float:
        return time.perf_counter() - self._began

    @property
    def processor_seconds(self) -> float:
        return self._stack.processor_seconds() - self._used


@contextmanager
def _waiting(*, orders: int, lines: int) -> Iterator[tuple[Browser, Stack]]:
    """Run a portal in which so many orders wait for the seller, who is logged in."""
    with running(_SERVICES) as stack:
        stack.manage("fill_volume", "--orders", "40")
        stack.manage("fill_waiting", "--orders", str(orders), "--lines", str(lines))
        browser = Browser(stack.place.web_port)
        browser.log_in(SELLER, PASSWORD)
        yield browser, stack


def _until_done(browser: Browser, job: str) -> None:
    """Look at the job as its page does, but oftener, until it is done. Raises RuntimeError."""
    began = time.perf_counter()
    while 'hx-trigger="every 1s"' in browser.get(job, fragment=True):
        if time.perf_counter() - began > _LONGEST:
            raise RuntimeError(f"{job} was not done within {_LONGEST} s.")
        time.sleep(_GLANCE)


def _filled(data: bytes) -> bytes:
    """Fill a sheet in: confirm most rows, propose five days later in some."""
    book = load_workbook(io.BytesIO(data))
    sheet = book["Lines"]
    places = {cell.value: cell.column for cell in sheet[1]}
    for row in range(2, sheet.max_row + 1):
        if row % _ROW:
            sheet.cell(row, places["Confirm (x)"]).value = "x"
        else:
            asked = sheet.cell(row, places["Asked date"]).value
            sheet.cell(row, places["Your date"]).value = asked + timedelta(days=5)
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()
