"""The paper that documents and records are drawn on: fonts, colours, measures, text, the foot of a page."""

import io
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from html import escape
from pathlib import Path
from typing import Any

from reportlab.lib.colors import HexColor
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import mm
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.platypus import BaseDocTemplate, Flowable, Frame, PageTemplate, Paragraph

_FONTS = Path(__file__).parent / "fonts"
INK, DIM, LINE, SOFT = HexColor("#1a2430"), HexColor("#5b6774"), HexColor("#d5dbe1"), HexColor("#f4f6f8")
BLUE, GREEN, AMBER, RED = HexColor("#0b5cad"), HexColor("#1a6b3a"), HexColor("#8a4b00"), HexColor("#b01e28")
MARGIN = 18 * mm
WIDTH = A4[0] - 2 * MARGIN
# Longer texts are cut: a document is read, and its page has all of it.
_MOST_LINES, _LONGEST_TEXT = 20, 1500


@dataclass(frozen=True, slots=True)
class Foot:
    """What stands at the foot of every page: which paper this is, its hash, and where to look."""

    left: str
    below: Sequence[str]  # up to three lines
    link: str

    def __call__(self, canvas: Any, template: Any) -> None:
        canvas.saveState()
        canvas.setStrokeColor(LINE)
        canvas.line(MARGIN, 19 * mm, A4[0] - MARGIN, 19 * mm)
        canvas.setFont("Quayside", 6.5)
        canvas.setFillColor(DIM)
        canvas.drawString(MARGIN, 15 * mm, self.left)
        canvas.drawRightString(A4[0] - MARGIN, 15 * mm, f"Page {canvas.getPageNumber()}")
        for height, words in zip((11.5, 8, 5), self.below, strict=False):
            canvas.drawString(MARGIN, height * mm, words)
        canvas.linkURL(self.link, (MARGIN, 7 * mm, A4[0] - MARGIN, 10.5 * mm))
        canvas.restoreState()


def printed(story: list[Flowable], *, title: str, author: str, foot: Foot) -> bytes:
    """Return a PDF; the same story is the same file, byte for byte."""
    file = io.BytesIO()
    made = BaseDocTemplate(
        file,
        pagesize=A4,
        leftMargin=MARGIN,
        rightMargin=MARGIN,
        title=title,
        author=author,
        creator="Quayside",
        invariant=1,  # no date and no random id of its own: the content alone decides
    )
    frame = Frame(MARGIN, 24 * mm, WIDTH, A4[1] - 24 * mm - 16 * mm, 0, 0, 0, 0)
    made.addPageTemplates([PageTemplate(frames=[frame], onPage=foot)])
    made.build(story)
    return file.getvalue()


@lru_cache(maxsize=1)
def use_fonts() -> None:
    """DejaVu knows the letters of every European language; only those used are put into the file."""
    pdfmetrics.registerFont(TTFont("Quayside", str(_FONTS / "DejaVuSans.ttf")))
    pdfmetrics.registerFont(TTFont("Quayside-Bold", str(_FONTS / "DejaVuSans-Bold.ttf")))
    pdfmetrics.registerFontFamily(
        "Quayside", normal="Quayside", bold="Quayside-Bold", italic="Quayside", boldItalic="Quayside-Bold"
    )


def text(words: str, size: float = 8, **more: Any) -> Paragraph:
    """Return a paragraph; *words* may hold markup, so what people wrote goes through ``said`` first."""
    usual = {"fontName": "Quayside", "fontSize": size, "leading": size * 1.35, "textColor": INK}
    return Paragraph(words, ParagraphStyle("quayside", **usual | more))


def said(words: str) -> str:
    """Return what people wrote as text that is no markup."""
    return escape(words).replace("\n", "<br/>")


def cut(words: str) -> str:
    """Return a text that is not longer than a page can take."""
    return "\n".join(words[:_LONGEST_TEXT].splitlines()[:_MOST_LINES])
