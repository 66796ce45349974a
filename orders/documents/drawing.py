"""A document becomes a PDF. The same document is the same file, byte for byte."""

import io
from datetime import date
from decimal import Decimal
from functools import lru_cache
from html import escape
from pathlib import Path
from typing import Any

from reportlab.graphics.barcode.qr import QrCodeWidget
from reportlab.graphics.shapes import Drawing
from reportlab.lib.colors import HexColor
from reportlab.lib.enums import TA_RIGHT
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import mm
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.platypus import BaseDocTemplate, Frame, PageTemplate, Paragraph, Spacer, Table, TableStyle

from orders.documents.content import Delivery, Document, DocumentLine
from suppliers.formats import day, money, price, quantity

_FONTS = Path(__file__).parent / "fonts"
_INK, _DIM, _LINE, _SOFT = HexColor("#1a2430"), HexColor("#5b6774"), HexColor("#d5dbe1"), HexColor("#f4f6f8")
_BLUE, _GREEN, _AMBER, _RED = (
    HexColor("#0b5cad"),
    HexColor("#1a6b3a"),
    HexColor("#8a4b00"),
    HexColor("#b01e28"),
)
_STATES = {
    "agreed": ("Agreed", _GREEN),
    "open": ("Not agreed yet", _AMBER),
    "declined": ("Not delivered", _RED),
}
_MARGIN, _QR = 18 * mm, 26 * mm
_WIDTH = A4[0] - 2 * _MARGIN
_COLUMNS = (9 * mm, 60 * mm, 22 * mm, 22 * mm, 38 * mm, 23 * mm)
# Longer texts are cut: a document is read, and its page has all of it.
_MOST_LINES, _LONGEST_TEXT, _LONGEST_REASON = 20, 1500, 300


def pdf_of(document: Document, *, url: str) -> bytes:
    """Return the document as a PDF. *url* is the order's page: the QR code leads there."""
    _use_fonts()
    file = io.BytesIO()
    made = BaseDocTemplate(
        file,
        pagesize=A4,
        leftMargin=_MARGIN,
        rightMargin=_MARGIN,
        title=f"Order {document.number}, revision {document.revision}",
        author=document.buyer,
        creator="Quayside",
        invariant=1,  # no date and no random id of its own: the content alone decides
    )
    frame = Frame(_MARGIN, 24 * mm, _WIDTH, A4[1] - 24 * mm - 16 * mm, 0, 0, 0, 0)
    foot = _Foot(document, url)
    made.addPageTemplates([PageTemplate(frames=[frame], onPage=foot)])
    story = [
        _head(document, url),
        Spacer(1, 6 * mm),
        _parties(document),
        Spacer(1, 5 * mm),
        _standing(document),
    ]
    made.build([*story, Spacer(1, 4 * mm), _lines(document), Spacer(1, 3 * mm), _total(document)])
    return file.getvalue()


@lru_cache(maxsize=1)
def _use_fonts() -> None:
    """DejaVu knows the letters of every European language; only those used are put into the file."""
    pdfmetrics.registerFont(TTFont("Quayside", str(_FONTS / "DejaVuSans.ttf")))
    pdfmetrics.registerFont(TTFont("Quayside-Bold", str(_FONTS / "DejaVuSans-Bold.ttf")))
    pdfmetrics.registerFontFamily(
        "Quayside", normal="Quayside", bold="Quayside-Bold", italic="Quayside", boldItalic="Quayside-Bold"
    )


def _style(size: float, **more: Any) -> ParagraphStyle:
    usual = {"fontName": "Quayside", "fontSize": size, "leading": size * 1.35, "textColor": _INK}
    return ParagraphStyle("quayside", **usual | more)


def _text(words: str, size: float = 8, **more: Any) -> Paragraph:
    return Paragraph(words, _style(size, **more))


def _said(words: str) -> str:
    return escape(words).replace("\n", "<br/>")


def _head(document: Document, url: str) -> Table:
    title = [
        _text("AGREED ORDER" if document.agreed else "ORDER", 8, textColor=_BLUE, fontName="Quayside-Bold"),
        _text(f"<b>{_said(document.number)}</b>", 21),
        _text(
            f"Revision {document.revision} · {_said(document.state)}"
            + ("" if document.is_current else " · a newer revision exists"),
            9,
            textColor=_DIM,
        ),
    ]
    code = QrCodeWidget(url, barLevel="M", barBorder=0)
    left, low, right, high = code.getBounds()
    drawing = Drawing(_QR, _QR, transform=[_QR / (right - left), 0, 0, _QR / (high - low), 0, 0])
    drawing.add(code)
    made = Table([[title, drawing]], colWidths=[_WIDTH - _QR, _QR])
    made.setStyle(TableStyle([("VALIGN", (0, 0), (-1, -1), "TOP"), *_no_padding()]))
    return made


def _parties(document: Document) -> Table:
    buyer = [_label("Buyer"), _text(f"<b>{_said(document.buyer)}</b>", 10)]
    supplier = [_label("Supplier"), _text(f"<b>{_said(document.supplier)}</b>", 10)]
    if document.supplier_vat:
        supplier.append(_text(f"VAT {_said(document.supplier_vat)}", 8, textColor=_DIM))
    facts = (
        ("Ordered", _day(document.ordered_on)),
        ("Payment terms", document.payment_terms),
        ("Incoterm", document.incoterm),
        ("Supplier's number", document.supplier_reference),
        ("Currency", document.currency),
    )
    rows = [[_text(label, 7.5, textColor=_DIM), _text(_said(value), 8)] for label, value in facts if value]
    inner = Table(rows, colWidths=[27 * mm, _WIDTH / 3 - 27 * mm])
    inner.setStyle(TableStyle([("VALIGN", (0, 0), (-1, -1), "TOP"), *_no_padding()]))
    made = Table([[buyer, supplier, inner]], colWidths=[_WIDTH / 3] * 3)
    made.setStyle(
        TableStyle(
            [
                ("VALIGN", (0, 0), (-1, -1), "TOP"),
                ("LINEABOVE", (0, 0), (-1, 0), 0.75, _INK),
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
        words, colour = f"Both sides agree on all of it ({lines}).", _GREEN
    else:
        words, colour = f"Both sides agree on {document.agreed} of {lines}; the others are marked.", _AMBER
    made = Table([[_text(f"<b>{words}</b>", 9, textColor=colour)]], colWidths=[_WIDTH])
    made.setStyle(
        TableStyle([("BACKGROUND", (0, 0), (-1, -1), _SOFT), ("LINEBEFORE", (0, 0), (0, -1), 2, colour)])
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
                ("LINEBELOW", (0, 0), (-1, 0), 0.75, _INK),
                ("LINEBELOW", (0, 1), (-1, -1), 0.4, _LINE),
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
    product: list[Any] = [_text(f"<b>{_said(line.code)}</b>")] if line.code else []
    product.append(_text(_said(_shortened(line.description)), 7.5, textColor=_DIM))
    if line.state != "agreed":
        product.append(_text(f"<b>{words}</b>", 7, textColor=colour))
    if line.note:
        product.append(_text(f"<b>{_said(line.note.capitalize())}</b>", 7, textColor=_AMBER))
    each = price(Decimal(line.price), currency) if line.price != "-" else "–"
    if line.discount:
        each += f"<br/><font size=6.5>−{line.discount} %</font>"
    several = len(line.deliveries) > 1
    deliveries = [
        _text(_goods(one, several=several) + _day(one.on), 7.5)
        if one.on
        else _text(
            (f"{quantity(Decimal(one.quantity))}: " if several else "")
            + (_said(one.reason[:_LONGEST_REASON]) or "–"),
            7.5,
        )
        for one in line.deliveries
    ]
    return [
        _text(str(line.position), textColor=_DIM),
        product,
        _text(
            f"{quantity(Decimal(line.quantity))}<br/><font size=6.5>{_said(line.unit)}</font>",
            alignment=TA_RIGHT,
        ),
        _text(each, alignment=TA_RIGHT),
        deliveries,
        _text(money(Decimal(line.amount), currency), alignment=TA_RIGHT),
    ]


def _goods(one: Delivery, *, several: bool) -> str:
    if one.goods:
        return f"{_said(one.goods)} on "
    return f"{quantity(Decimal(one.quantity))} on " if several else ""


def _shortened(text: str) -> str:
    return "\n".join(text[:_LONGEST_TEXT].splitlines()[:_MOST_LINES])


def _total(document: Document) -> Table:
    words = _text("Total without tax", 9, alignment=TA_RIGHT, textColor=_DIM)
    value = _text(
        f"<b>{money(document.total, document.currency)} {document.currency}</b>", 11, alignment=TA_RIGHT
    )
    made = Table([[words, value]], colWidths=[_WIDTH - 52 * mm, 52 * mm])
    made.setStyle(TableStyle([("VALIGN", (0, 0), (-1, -1), "BOTTOM"), *_no_padding()]))
    return made


def _label(words: str, **more: Any) -> Paragraph:
    return _text(words, 7, textColor=_DIM, **more)


def _day(iso: str) -> str:
    return day(date.fromisoformat(iso), date.min).short if iso else ""


def _no_padding() -> list[tuple[Any, ...]]:
    sides = ("LEFTPADDING", "RIGHTPADDING", "TOPPADDING")
    return [(side, (0, 0), (-1, -1), 0) for side in sides]


class _Foot:
    """What stands at the foot of every page: whose document, its hash, and where to look."""

    def __init__(self, document: Document, url: str) -> None:
        self._left = f"Order {document.number}, revision {document.revision}"
        self._hash = f"SHA-256 of the content: {document.sha256()}"
        self._url = url

    def __call__(self, canvas: Any, template: Any) -> None:
        canvas.saveState()
        canvas.setStrokeColor(_LINE)
        canvas.line(_MARGIN, 19 * mm, A4[0] - _MARGIN, 19 * mm)
        canvas.setFont("Quayside", 6.5)
        canvas.setFillColor(_DIM)
        canvas.drawString(_MARGIN, 15 * mm, self._left)
        canvas.drawRightString(A4[0] - _MARGIN, 15 * mm, f"Page {canvas.getPageNumber()}")
        canvas.drawString(_MARGIN, 11.5 * mm, self._hash)
        canvas.drawString(_MARGIN, 8 * mm, self._url)
        canvas.linkURL(self._url, (_MARGIN, 7 * mm, A4[0] - _MARGIN, 10.5 * mm))
        canvas.restoreState()
