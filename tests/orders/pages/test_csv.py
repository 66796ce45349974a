"""The CSV holds exactly what the list shows, in a form that machines read and spreadsheets do not run."""

import csv
import io

import pytest

from orders.purchasing import listing
from tests import factories


def rows_of(response):
    return list(csv.DictReader(io.StringIO(response.content.decode())))


def test_it_holds_all_pages_of_what_the_filter_shows(as_, cast, order):
    big = factories.order(cast.acme, cast.northwind, lines=0)
    for _ in range(100):
        factories.line(big)
    alice = as_(cast.alice)
    assert len(rows_of(alice.get("/orders.csv"))) == 102
    rows = rows_of(alice.get("/orders.csv", {"q": order.number}))
    assert [row["product"] for row in rows] == [
        line.product for line in alice.get(f"/orders/?q={order.number}").context["rows"]
    ]


def test_dates_are_iso_and_numbers_plain(as_, cast, order):
    order.lines.update(quantity="1250.5000", unit_price="0.036500", expected_on="2026-12-01")
    row = rows_of(as_(cast.alice).get("/orders.csv"))[0]
    assert (row["quantity"], row["unit_price"], row["currency"]) == ("1250.5", "0.0365", "EUR")
    assert (row["expected_on"], row["promised_on"]) == ("2026-12-01", "")
    assert (row["order"], row["supplier_or_customer"]) == (order.number, "Northwind Distribution")
    assert row["state"] == "To confirm"


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t"])
def test_a_cell_that_a_spreadsheet_would_run_is_made_inert(as_, cast, order, start):
    order.lines.update(description=f"{start}HYPERLINK(1)", product_code=f"{start}1")
    row = rows_of(as_(cast.alice).get("/orders.csv"))[0]
    assert row["description"] == f"'{start}HYPERLINK(1)"
    assert row["product"] == f"'{start}1"


def test_it_is_named_and_typed_as_a_file(as_, cast, order):
    response = as_(cast.alice).get("/orders.csv")
    assert response["Content-Type"] == "text/csv; charset=utf-8"
    assert response["Content-Disposition"].startswith('attachment; filename="order-lines-')


def test_it_stops_at_its_limit(as_, cast, order, monkeypatch):
    monkeypatch.setattr(listing, "CSV_ROWS", 1)
    assert len(rows_of(as_(cast.alice).get("/orders.csv"))) == 1


def test_a_stranger_gets_the_head_only(as_, cast, order):
    assert rows_of(as_(cast.mallory).get("/orders.csv")) == []
