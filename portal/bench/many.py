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
from portal.bench.running import running

# No delivery to Odoo: what is measured is answering here. Odoo hears of each order as of any other.
_SERVICES = ["postgres", "broker", "preparation", "web", "workers"]
_ACCEPTED, _SHEET = 2, 10
_LONGEST = 300
_ROW = 20  # every so many rows of the sheet propose another date, the others confirm


def measure_bulk() -> Iterator[Figure]:
    """Yield how long a thousand lines take: until the preview, until accepted, until all are answered."""
    with _waiting(orders=200, lines=5) as browser:
        page = browser.get("/orders/?state=confirm")
        wish = {"all": "1", "query": "?state=confirm", "do": "shift", "days": "7", "shift_reason": "Late"}
        began = time.perf_counter()
        job = browser.post("/orders/bulk/", wish, page=page)
        previewed = time.perf_counter() - began
        page = browser.get(job)
        began = time.perf_counter()
        browser.post(f"{job}send/", {}, page=page)
        accepted = time.perf_counter() - began
        done = accepted + _until_done(browser, job)
    yield Figure("1,000 lines in 200 orders: chosen until previewed", previewed, "s", _ACCEPTED)
    yield Figure("1,000 lines in 200 orders: sent until accepted", accepted, "s", _ACCEPTED)
    yield Figure("1,000 lines in 200 orders: sent until all answered", done, "s")


def measure_sheet() -> Iterator[Figure]:
    """Yield how long a sheet of 5,000 rows takes: downloaded, looked at, answered, and back with outcomes."""
    with _waiting(orders=250, lines=20) as browser:
        began = time.perf_counter()
        sheet = browser.file("/orders/sheets/lines.xlsx?state=confirm")
        downloaded = time.perf_counter() - began
        filled = _filled(sheet)
        page = browser.get("/orders/sheets/")
        began = time.perf_counter()
        job = browser.upload("/orders/sheets/upload/", "sheet", "answers.xlsx", filled, page=page)
        page = browser.get(job)
        previewed = time.perf_counter() - began
        began = time.perf_counter()
        browser.post(f"{job}send/", {}, page=page)
        _until_done(browser, job)
        done = time.perf_counter() - began
        began = time.perf_counter()
        browser.file(f"{job}sheet.xlsx")
        returned = time.perf_counter() - began
    yield Figure("sheet of 5,000 rows: downloaded", downloaded, "s")
    yield Figure("sheet of 5,000 rows: upload until preview", previewed, "s", _SHEET)
    yield Figure("sheet of 5,000 rows in 250 orders: preview until done", done, "s", _SHEET)
    yield Figure("sheet of 5,000 rows: back with its outcomes", returned, "s")


@contextmanager
def _waiting(*, orders: int, lines: int) -> Iterator[Browser]:
    """Run a portal in which so many orders wait for the seller, who is logged in."""
    with running(_SERVICES) as stack:
        stack.manage("fill_volume", "--orders", "40")
        stack.manage("fill_waiting", "--orders", str(orders), "--lines", str(lines))
        browser = Browser(stack.place.web_port)
        browser.log_in(SELLER, PASSWORD)
        yield browser


def _until_done(browser: Browser, job: str) -> float:
    """Look at the job as its page does until it is done; return the seconds. Raises RuntimeError."""
    began = time.perf_counter()
    while 'hx-trigger="every 1s"' in browser.get(job):
        if time.perf_counter() - began > _LONGEST:
            raise RuntimeError(f"{job} was not done within {_LONGEST} s.")
        time.sleep(0.1)
    return time.perf_counter() - began


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
