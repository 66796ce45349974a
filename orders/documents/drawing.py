"""A document becomes a PDF. The same document is the same file, byte for byte."""

from datetime import date
from decimal import Decimal
from typing import Any

from reportlab.graphics.barcode.qr import QrCodeWidget
from reportlab.graphics.shapes import Drawing
from reportlab.lib.enums import TA_RIGHT
from reportlab.lib.units import mm
from reportlab.platypus import Paragraph, Spacer, Table, TableStyle

from orders.documents.content import Delivery, Document, DocumentLine
from orders.documents.paper import (
    AMBER,
    BLUE,
    DIM,
    GREEN,
    INK,
    LINE,
    RED,
    SOFT,
    WIDTH,
    Foot,
    cut,
    printed,
    said,
    text,
    use_fonts,
)
from orders.purchasing.rules import capitalized
from suppliers.formats import day, money, price, quantity

_STATES = {
    "agreed": ("Agreed", GREEN),
    "open": ("Not agreed yet", AMBER),
    "declined": ("Not delivered", RED),
}
_QR = 26 * mm
_COLUMNS = (9 * mm, 60 * mm, 22 * mm, 22 * mm, 38 * mm, 23 * mm)
_LONGEST_REASON = 300


def pdf_of(document: Document, *, url: str, record: tuple[int, str] | None = None) -> bytes:
    """Return the document as a PDF. *url* is the order's page: the QR code leads there.

    *record* is number and hash of the record of what was said until then.
    """
    use_fonts()
    story = [
        _head(document, url),
        Spacer(1, 6 * mm),
        _parties(document),
        Spacer(1, 5 * mm),
        _standing(document),
        Spacer(1, 4 * mm),
        _lines(document),
        Spacer(1, 3 * mm),
        _total(document),
    ]
    title = f"Order {document.number}, revision {document.revision}"
    foot = Foot(title, _below(document, url, record), url)
    return printed(story, title=title, author=document.buyer, foot=foot)


def _below(document: Document, url: str, record: tuple[int, str] | None) -> list[str]:
    own = f"SHA-256 of the content: {document.sha256()}"
    if record is None:
        return [own, url]
    number, found = record
    record_hash = f"Record {number} of who said what, SHA-256 of its content: {found}"
    return [own, f"{url} · who said what: {url}record/{number}/", record_hash]


def _head(document: Document, url: str) -> Table:
    title = [
        text("AGREED ORDER" if document.agreed else "ORDER", 8, textColor=BLUE, fontName="Quayside-Bold"),
        text(f"<b>{said(document.number)}</b>", 21),
        text(
            f"Revision {document.revision} · {said(document.state)}"
            + ("" if document.is_current else " · a newer revision exists"),
            9,
            textColor=DIM,
        ),
    ]
    code = QrCodeWidget(url, barLevel="M", barBorder=0)
    left, low, right, high = code.getBounds()
    drawing = Drawing(_QR, _QR, transform=[_QR / (right - left), 0, 0, _QR / (high - low), 0, 0])
    drawing.add(code)
    made = Table([[title, drawing]], colWidths=[WIDTH - _QR, _QR])
    made.setStyle(TableStyle([("VALIGN", (0, 0), (-1, -1), "TOP"), *_no_padding()]))
    return made


def _parties(document: Document) -> Table:
    buyer = [_label("Buyer"), text(f"<b>{said(document.buyer)}</b>", 10)]
    supplier = [_label("Supplier"), text(f"<b>{said(document.supplier)}</b>", 10)]
    if document.supplier_vat:
        supplier.append(text(f"VAT {said(document.supplier_vat)}", 8, textColor=DIM))
    facts = (
        ("Ordered", _day(document.ordered_on)),
        ("Payment terms", document.payment_terms),
        ("Incoterm", document.incoterm),
        ("Supplier's number", document.supplier_reference),
        ("Currency", document.currency),
    )
    rows = [[text(label, 7.5, textColor=DIM), text(said(value), 8)] for label, value in facts if value]
    inner = Table(rows, colWidths=[27 * mm, WIDTH / 3 - 27 * mm])
    inner.setStyle(TableStyle([("VALIGN", (0, 0), (-1, -1), "TOP"), *_no_padding()]))
    made = Table([[buyer, supplier, inner]], colWidths=[WIDTH / 3] * 3)
    made.setStyle(
        TableStyle(
            [
                ("VALIGN", (0, 0), (-1, -1), "TOP"),
                ("LINEABOVE", (0, 0), (-1, 0), 0.75, INK),
                ("TOPPADDING", (0, 0), (-1, -1), 6),
                ("LEFTPADDING", (0, 0), (-1, -1), 0),
                ("RIGHTPADDING", (0, 0), (-1, -1), 8),
            ]
        )
    )
    return made


def _standing(document: Document) -> Table:
    count = len(document.lines)
    lines = "1 line" if count == 1 else f"{count} lines"
    if document.agreed == count and count:
        words, colour = f"Both sides agree on all of it ({lines}).", GREEN
    else:
        words, colour = f"Both sides agree on {document.agreed} of {lines}; the others are marked.", AMBER
    made = Table([[text(f"<b>{words}</b>", 9, textColor=colour)]], colWidths=[WIDTH])
    made.setStyle(
        TableStyle([("BACKGROUND", (0, 0), (-1, -1), SOFT), ("LINEBEFORE", (0, 0), (0, -1), 2, colour)])
    )
    return made


def _lines(document: Document) -> Table:
    right = {"alignment": TA_RIGHT}
    head = [
        _label("Pos."),
        _label("Product"),
        _label("Quantity", **right),
        _label(f"Price, {document.currency}", **right),
        _label("Delivery"),
        _label("Amount", **right),
    ]
    rows = [head, *(_row(line, document.currency) for line in document.lines)]
    made = Table(rows, colWidths=_COLUMNS, repeatRows=1, splitInRow=1)
    made.setStyle(
        TableStyle(
            [
                ("VALIGN", (0, 0), (-1, -1), "TOP"),
                ("LINEBELOW", (0, 0), (-1, 0), 0.75, INK),
                ("LINEBELOW", (0, 1), (-1, -1), 0.4, LINE),
                ("LEFTPADDING", (0, 0), (0, -1), 0),
                ("RIGHTPADDING", (-1, 0), (-1, -1), 0),
                ("TOPPADDING", (0, 1), (-1, -1), 4),
                ("BOTTOMPADDING", (0, 1), (-1, -1), 4),
            ]
        )
    )
    return made


def _row(line: DocumentLine, currency: str) -> list[Any]:
    words, colour = _STATES[line.state]
    product: list[Any] = [text(f"<b>{said(line.code)}</b>")] if line.code else []
    product.append(text(said(cut(line.description)), 7.5, textColor=DIM))
    if line.state != "agreed":
        product.append(text(f"<b>{words}</b>", 7, textColor=colour))
    if line.note:
        product.append(text(f"<b>{said(capitalized(line.note))}</b>", 7, textColor=AMBER))
    each = price(Decimal(line.price), currency) if line.price != "-" else "–"
    if line.discount:
        each += f"<br/><font size=6.5>−{line.discount} %</font>"
    several = len(line.deliveries) > 1
    deliveries = [
        text(_goods(one, several=several) + _day(one.on), 7.5)
        if one.on
        else text(
            (f"{quantity(Decimal(one.quantity))}: " if several else "")
            + (said(one.reason[:_LONGEST_REASON]) or "–"),
            7.5,
        )
        for one in line.deliveries
    ]
    return [
        text(str(line.position), textColor=DIM),
        product,
        text(
            f"{quantity(Decimal(line.quantity))}<br/><font size=6.5>{said(line.unit)}</font>",
            alignment=TA_RIGHT,
        ),
        text(each, alignment=TA_RIGHT),
        deliveries,
        text(money(Decimal(line.amount), currency), alignment=TA_RIGHT),
    ]


def _goods(one: Delivery, *, several: bool) -> str:
    if one.goods:
        return f"{said(one.goods)} on "
    return f"{quantity(Decimal(one.quantity))} on " if several else ""


def _total(document: Document) -> Table:
    words = text("Total without tax", 9, alignment=TA_RIGHT, textColor=DIM)
    value = text(
        f"<b>{money(document.total, document.currency)} {document.currency}</b>", 11, alignment=TA_RIGHT
    )
    made = Table([[words, value]], colWidths=[WIDTH - 52 * mm, 52 * mm])
    made.setStyle(TableStyle([("VALIGN", (0, 0), (-1, -1), "BOTTOM"), *_no_padding()]))
    return made


def _label(words: str, **more: Any) -> Paragraph:
    return text(words, 7, textColor=DIM, **more)


def _day(iso: str) -> str:
    return day(date.fromisoformat(iso), date.min).short if iso else ""


def _no_padding() -> list[tuple[Any, ...]]:
    sides = ("LEFTPADDING", "RIGHTPADDING", "TOPPADDING")
    return [(side, (0, 0), (-1, -1), 0) for side in sides]
