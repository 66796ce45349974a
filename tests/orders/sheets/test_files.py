"""What a sheet looks like, and what is no sheet: other types, too large, broken, malicious."""

import io
import struct
import zipfile

import pytest
from django.test import Client
from openpyxl import Workbook, load_workbook

from orders.purchasing.models import PurchaseOrderLine
from orders.sheets import parsing
from orders.sheets.parsing import parse
from suppliers.refusal import Refused
from tests import factories
from tests.orders.sheets.conftest import Paper


def refusal(data: bytes) -> str:
    with pytest.raises(Refused) as refused:
        parse(data)
    return str(refused.value)


def archive(**parts: bytes) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as made:
        for name, content in parts.items():
            made.writestr(name.replace("__", "/"), content)
    return file.getvalue()


def test_a_sheet_locks_what_is_shown_checks_what_is_typed_and_hides_its_marks(paper):
    sheet = paper.sheet
    assert sheet.protection.sheet is True
    assert sheet.freeze_panes == "B2"
    assert [sheet.cell(2, place).protection.locked for place in (1, 9, 12, 16)] == [True, True, False, False]
    hidden = {letter for letter, found in sheet.column_dimensions.items() if found.hidden}
    assert hidden == {"U", "V", "W", "X"}
    checks = {str(check.sqref).split(":")[0]: check.type for check in sheet.data_validations.dataValidation}
    assert checks == {
        **{"L2": "list", "M2": "decimal", "N2": "date", "O2": "decimal", "P2": "textLength"},
        **{"Q2": "textLength", "R2": "textLength", "S2": "textLength"},
    }
    assert paper.book["How to fill in"]["A1"].value.startswith("Order P")
    below = sheet.column_dimensions["A"].protection
    assert below.locked is False


def test_lines_that_cannot_be_answered_are_locked(alice, order, lines):
    PurchaseOrderLine.objects.filter(pk=lines[0].pk).update(state="CANCELLED")
    paper = Paper(alice.get(f"/orders/sheets/lines.xlsx?order={order.pk}").content)
    assert paper.sheet["L2"].protection.locked is True
    assert paper.sheet["L3"].protection.locked is False


def test_nothing_of_a_download_is_a_formula(alice, order, lines):
    PurchaseOrderLine.objects.filter(pk=lines[0].pk).update(
        description='=HYPERLINK("http://evil")', product_code="+1", unit="@x\x07"
    )
    paper = Paper(alice.get(f"/orders/sheets/lines.xlsx?order={order.pk}").content)
    cells = [paper.sheet[name] for name in ("D2", "E2", "G2")]
    assert [(cell.value, cell.data_type) for cell in cells] == [
        ("+1", "s"),
        ('=HYPERLINK("http://evil")', "s"),
        ("@x ", "s"),
    ]
    assert all(cell.quotePrefix for cell in cells)
    text = alice.get(f"/orders/sheets/lines.csv?order={order.pk}").content.decode()
    assert "'=HYPERLINK" in text


def test_a_download_holds_what_the_list_shows(alice, cast, order):
    factories.order(cast.globex, cast.northwind)
    other = factories.order(cast.acme, cast.northwind)
    paper = Paper(alice.get("/orders/sheets/lines.xlsx").content)
    assert paper.sheet.max_row == 1 + 6 + 2
    paper = Paper(alice.get("/orders/sheets/lines.xlsx", {"q": other.number}).content)
    assert [paper.value(line, "order") for line in (1, 2)] == [other.number] * 2


def test_a_list_that_is_too_long_is_not_cut_silently(alice, order, monkeypatch):
    monkeypatch.setattr("orders.sheets.views.MOST_LINES", 5)
    answer = alice.get("/orders/sheets/lines.xlsx")
    assert answer.status_code == 422
    assert "Narrow the list" in answer.content.decode()


def test_buyers_fill_in_no_sheets(as_, cast, order):
    assert as_(cast.bea).get("/orders/sheets/lines.xlsx").status_code == 403


@pytest.mark.parametrize(
    ("data", "named"),
    [
        (b"", "an empty file"),
        (b"\xd0\xcf\x11\xe0" + b"\0" * 600, "an old Excel file"),
        (b"\x89PNG\r\n\x1a\n\0\0\0", "another kind of file"),
        (b"%PDF-1.7\n\x01\x02\xff", "another kind of file"),
        (b"order;quantity\nP1;2\n", "no column “Key” and “Seen”"),
        (b"Key,Seen\n1,s1\n", "any column to fill in"),
        (b'Key,Seen,"Reason\n1,s1,x', "no table"),
        (b"PK\x03\x04 rubbish", "cannot be read"),
    ],
)
def test_what_is_no_sheet_is_refused_with_what_it_is(data, named):
    assert named in refusal(data)


def test_a_word_document_and_a_broken_workbook_are_refused():
    assert "another kind" in refusal(archive(word__document_xml=b"<w/>"))
    broken = archive(**{"xl__workbook.xml": b"<not", "[Content_Types].xml": b"<x/>"})
    assert "cannot be read" in refusal(broken)


def test_a_bomb_is_refused_before_it_is_unpacked():
    bomb = archive(**{"xl__workbook.xml": b"<x/>", "xl__worksheets__sheet1.xml": b" " * (26 * 1024 * 1024)})
    assert len(bomb) < 100_000
    assert "unpacks to far more" in refusal(bomb)
    many = archive(**{"xl__workbook.xml": b"<x/>"} | {f"a{number}": b"" for number in range(300)})
    assert "unpacks to far more" in refusal(many)


def test_a_lie_about_the_unpacked_size_gains_nothing():
    """Say in the directory that a part is small: what is read of it is as small as that."""
    honest = archive(**{"xl__workbook.xml": b"<x/>" + b" " * 1_000_000})
    size = struct.pack("<L", 1_000_004)
    assert "cannot be read" in refusal(honest.replace(size, struct.pack("<L", 10)))


def test_entities_are_not_expanded():
    book = Workbook()
    book.active.append(["Key", "Seen", "Reason"])
    file = io.BytesIO()
    book.save(file)
    source = zipfile.ZipFile(io.BytesIO(file.getvalue()))
    evil = b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;">]>'
    parts = {
        name: evil + source.read(name).partition(b"?>")[2] if name == "xl/workbook.xml" else source.read(name)
        for name in source.namelist()
    }
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as made:
        for name, content in parts.items():
            made.writestr(name, content)
    assert "cannot be read" in refusal(out.getvalue())


def test_a_cell_at_the_end_of_the_world_costs_nothing(paper):
    paper.sheet["XFD1048576"].value = "x"
    paper.fill(1, confirm="x")
    rows = parse(paper.data()).rows
    assert len(rows) == 6


def test_too_many_rows_are_refused(monkeypatch):
    monkeypatch.setattr(parsing, "MOST_ROWS", 3)
    text = "Key,Seen,Reason\n" + "1,s,x\n" * 5
    assert "more rows" in refusal(text.encode())


def test_a_large_file_is_not_even_kept(alice, monkeypatch):
    monkeypatch.setattr("orders.sheets.uploads.LARGEST", 1000)
    answer = alice.post("/orders/sheets/upload/", {"sheet": io.BytesIO(b"x" * 200_000)})
    assert answer.status_code == 422
    assert "too large" in answer.content.decode()
    monkeypatch.setattr(parsing, "LARGEST", 10)
    assert "at most" in refusal(b"x" * 11)


def test_no_file_and_a_forged_form_are_refused(alice, cast):
    assert "no file" in alice.post("/orders/sheets/upload/").content.decode()
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(cast.alice)
    assert strict.post("/orders/sheets/upload/", {"sheet": io.BytesIO(b"x")}).status_code == 403


def test_a_sheet_nobody_filled_in_says_so(paper, sent):
    answer = sent(paper)
    assert answer.status_code == 422
    assert "Nothing is filled in" in answer.content.decode()


def test_a_file_s_name_is_only_a_name(paper, taken):
    sheet = taken(paper.fill(1, confirm="x"), name="C:\\secret\\..\\my answers.xlsx")
    assert sheet.name == "my answers.xlsx"


def test_numbers_that_are_none_are_named(paper, sent):
    paper.fill(1, quantity="1.125").fill(2, quantity="#N/A").fill(3, price=-1).fill(4, quantity=1e30)
    answer = sent(paper)
    assert answer.status_code == 302
    assert load_workbook(io.BytesIO(paper.data())).sheetnames == ["Lines", "How to fill in"]
