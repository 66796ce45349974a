"""What the tests of sheets share: sheets downloaded, filled in as Excel would, and sent."""

import io
from datetime import date

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone
from openpyxl import load_workbook

from orders.bulk.actions import answer_next_order, send_job
from orders.bulk.models import Job
from orders.purchasing.models import PurchaseOrderLine
from orders.sheets.columns import COLUMNS
from orders.sheets.lifecycle import Kind
from orders.sheets.models import Sheet, SheetRow
from tests import factories

TITLES = {column.name: column.title for column in COLUMNS}


@pytest.fixture
def order(cast, soon):
    """An order of Northwind at Acme with six lines of 10 pieces at 4.50, wanted soon."""
    order = factories.order(cast.acme, cast.northwind, lines=6)
    order.lines.update(expected_on=soon, requested_on=soon, asked_on=soon)
    return order


class Paper:
    """A sheet as one has it open: ``paper.fill(1, confirm="x")`` writes into the first line's row."""

    def __init__(self, data: bytes) -> None:
        self.book = load_workbook(io.BytesIO(data))
        self.sheet = self.book["Lines"]
        self.places = {cell.value: cell.column for cell in self.sheet[1]}

    def fill(self, line: int, **cells) -> "Paper":
        for name, value in cells.items():
            self.sheet.cell(line + 1, self.places[TITLES[name]]).value = value
        return self

    def copy(self, line: int) -> int:
        """Copy a line's row below the list, as one does for a split; return where the copy is."""
        row = self.sheet.max_row + 1
        for place in self.places.values():
            self.sheet.cell(row, place).value = self.sheet.cell(line + 1, place).value
        return row - 1

    def value(self, line: int, name: str):
        return self.sheet.cell(line + 1, self.places[TITLES[name]]).value

    def data(self) -> bytes:
        file = io.BytesIO()
        self.book.save(file)
        return file.getvalue()


@pytest.fixture
def paper(alice, order):
    """The order's sheet, freshly downloaded by Alice."""
    return Paper(alice.get(f"/orders/sheets/lines.xlsx?order={order.pk}").content)


@pytest.fixture
def sent(alice):
    """Send a file; return the answer of the portal."""

    def send(data, *, name="answers.xlsx", browser=None):
        content = data.data() if isinstance(data, Paper) else data
        file = SimpleUploadedFile(name, content)
        return (browser or alice).post("/orders/sheets/upload/", {"sheet": file})

    return send


@pytest.fixture
def taken(sent):
    """Send a file that must be taken; return the sheet."""

    def take(data, **more):
        response = sent(data, **more)
        assert response.status_code == 302, response.content.decode()
        return Sheet.objects.get(job=response.headers["Location"].split("/")[-2])

    return take


def kinds(sheet):
    """How each row is understood, by its number."""
    return {row.number: Kind(row.kind) for row in SheetRow.objects.filter(sheet=sheet)}


def problems(sheet):
    """What is wrong, by cell."""
    rows = SheetRow.objects.filter(sheet=sheet)
    return {problem["cell"]: problem["expected"] for row in rows for problem in row.problems}


def work_off(job: Job, *, at=None) -> None:
    """Send a job and answer all of its orders."""
    at = at or timezone.now()
    send_job(job, by=job.by, at=at)
    while answer_next_order(job.pk, at=at):
        pass


def promised(line: PurchaseOrderLine) -> date | None:
    """What a line promises now."""
    return PurchaseOrderLine.objects.get(pk=line.pk).promised_on
