"""A record becomes a PDF: agreements first, then every round. The same record is the same file."""

from typing import Any

from reportlab.lib.units import mm
from reportlab.platypus import Flowable, Spacer, Table, TableStyle

from orders.documents.paper import (
    AMBER,
    BLUE,
    DIM,
    GREEN,
    INK,
    LINE,
    WIDTH,
    Foot,
    cut,
    printed,
    said,
    text,
    use_fonts,
)
from orders.documents.record_page import LineWords, RecordWords, RoundWords
from orders.documents.records import Record

_COLUMNS = (0.26 * WIDTH, 0.24 * WIDTH, 0.26 * WIDTH, 0.24 * WIDTH)


def pdf_of_record(record: Record, words: RecordWords, *, url: str) -> bytes:
    """Return a record as a PDF. *url* is its page, where it can be verified."""
    use_fonts()
    story = [*_head(record, words), *_agreements(words)]
    for one in words.rounds:
        story += _round(one)
    foot = Foot(
        f"Order {words.order}, record {record.number}",
        [f"SHA-256 of the content: {record.sha256}", f"Verify: {url}"],
        url,
    )
    title = f"Record {record.number} of order {words.order}"
    return printed(story, title=title, author=words.buyer, foot=foot)


def _head(record: Record, words: RecordWords) -> list[Flowable]:
    found = [
        text("RECORD OF WHAT WAS SAID AND AGREED", 8, textColor=BLUE, fontName="Quayside-Bold"),
        text(f"<b>{said(words.order)}</b>", 21),
        text(f"Record {record.number} · revision {words.revision} · kept {words.kept_at}", 9, textColor=DIM),
        Spacer(1, 3 * mm),
        text(f"Buyer: <b>{said(words.buyer)}</b>", 9),
        text(f"Supplier: <b>{said(words.supplier)}</b>", 9),
        Spacer(1, 3 * mm),
        text(f"SHA-256 of the content: {record.sha256}", 7.5),
    ]
    if words.kept_later:
        why = "These answers were given before records were kept."
        found.insert(3, text(f"<b>{said(words.kept_later)}.</b> {why}", 9, textColor=AMBER))
    if record.former:
        found.append(text(f"Of the record before it: {record.former}", 7.5, textColor=DIM))
    zone = f"Times are in {said(words.zone)}, days are days there."
    found.append(text(f"{zone} How the hash is made is in Quayside’s documentation.", 7.5, textColor=DIM))
    return [*found, Spacer(1, 4 * mm)]


def _agreements(words: RecordWords) -> list[Flowable]:
    found: list[Flowable] = [text("<b>What is agreed</b>", 12), Spacer(1, 1.5 * mm)]
    if not words.agreements:
        return [*found, text("Nothing yet.", 9, textColor=DIM), Spacer(1, 4 * mm)]
    rows = [
        [
            _product(one),
            [text(said(cut(part)), 8) for part in one.said],
            text(said(one.outcome), 8, textColor=GREEN),
        ]
        for one in words.agreements
    ]
    head = [text(title, 7, textColor=DIM) for title in ("Line", "Agreed", "Since")]
    return [*found, _table([head, *rows], (0.34 * WIDTH, 0.42 * WIDTH, 0.24 * WIDTH)), Spacer(1, 5 * mm)]


def _round(one: RoundWords) -> list[Flowable]:
    found: list[Flowable] = [
        text(f"<b>Round {one.number}</b> · {said(one.who)}", 11),
        text(f"{one.when} · {said(one.what)}", 8, textColor=DIM),
    ]
    if one.comment:
        found.append(text(f"“{said(cut(one.comment))}”", 8))
    head = [text(title, 7, textColor=DIM) for title in ("Line", "Asked", "Said", "What became of it")]
    rows = [[_product(line), text(said(line.asked), 8), _said(line), _outcome(line)] for line in one.lines]
    return [*found, Spacer(1, 1.5 * mm), _table([head, *rows], _COLUMNS), Spacer(1, 5 * mm)]


def _product(line: LineWords) -> list[Flowable]:
    found: list[Flowable] = [text(f"<b>{said(line.name)}</b>", 8)]
    if line.description:
        found.append(text(said(cut(line.description)), 7, textColor=DIM))
    return found


def _said(line: LineWords) -> list[Flowable]:
    return [text(said(cut(part)), 8) for part in line.said]


def _outcome(line: LineWords) -> list[Flowable]:
    colour = AMBER if line.outcome.startswith("Waits") else INK
    return [
        text(said(cut(line.outcome)), 8, textColor=colour),
        *(text(said(cut(why)), 7, textColor=DIM) for why in line.why),
    ]


def _table(rows: list[list[Any]], widths: tuple[float, ...]) -> Table:
    made = Table(rows, colWidths=list(widths), repeatRows=1, splitInRow=1)
    made.setStyle(
        TableStyle(
            [
                ("VALIGN", (0, 0), (-1, -1), "TOP"),
                ("LINEBELOW", (0, 0), (-1, 0), 0.75, INK),
                ("LINEBELOW", (0, 1), (-1, -1), 0.4, LINE),
                ("LEFTPADDING", (0, 0), (0, -1), 0),
                ("TOPPADDING", (0, 1), (-1, -1), 3),
                ("BOTTOMPADDING", (0, 1), (-1, -1), 3),
            ]
        )
    )
    return made
