"""Small charts as SVG, drawn on the server: an axis, a unit, and nothing that a table could not tell."""

from collections.abc import Sequence

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

WIDTH, HEIGHT = 300, 72
_LEFT, _TOP, _BOTTOM = 2, 12, 56


def bars(label: str, values: Sequence[float], marked: Sequence[float], *, unit: str) -> SafeString:
    """Draw one bar per value, with the part in *marked* (errors) at its foot in another colour.

    *label* is what a screen reader says of the whole.
    """
    top = max(*values, 1)
    step = (WIDTH - 2 * _LEFT) / max(1, len(values))
    shapes = [
        _bar(place, step, height, top, css)
        for place, (value, bad) in enumerate(zip(values, marked, strict=True))
        for height, css in ((value, "plot-bar"), (bad, "plot-bad"))
        if height
    ]
    return _frame(label, format_html_join("", "{}", ((shape,) for shape in shapes)), f"{top:,.0f} {unit}")


def lines(
    label: str, lower: Sequence[float | None], upper: Sequence[float | None], *, unit: str
) -> SafeString:
    """Draw two lines (p50 and p95) that have gaps where there is no value."""
    top = max((value for value in (*lower, *upper) if value is not None), default=1.0) or 1.0
    shapes = [_line(values, top, css) for values, css in ((upper, "plot-p95"), (lower, "plot-p50"))]
    return _frame(label, format_html_join("", "{}", ((shape,) for shape in shapes)), f"{top:,.0f} {unit}")


def _bar(place: int, step: float, value: float, top: float, css: str) -> SafeString:
    height = max(1.0, (_BOTTOM - _TOP) * value / top)
    return format_html(
        '<rect class="{}" x="{}" y="{}" width="{}" height="{}"/>',
        css,
        f"{_LEFT + place * step:.1f}",
        f"{_BOTTOM - height:.1f}",
        f"{max(1.0, step - 1):.1f}",
        f"{height:.1f}",
    )


def _line(values: Sequence[float | None], top: float, css: str) -> SafeString:
    step = (WIDTH - 2 * _LEFT) / max(1, len(values))
    path, drawing = [], False
    for place, value in enumerate(values):
        if value is None:
            drawing = False
            continue
        x, y = _LEFT + (place + 0.5) * step, _BOTTOM - (_BOTTOM - _TOP) * value / top
        # A lone minute is a short dash: a path of one point would not be seen.
        path.append(f"{'L' if drawing else 'M'}{x:.1f} {y:.1f}" + ("" if drawing else "h1"))
        drawing = True
    return format_html('<path class="{}" d="{}"/>', css, " ".join(path))


def _frame(label: str, shapes: SafeString, highest: str) -> SafeString:
    return format_html(
        '<svg class="plot" viewBox="0 0 {w} {h}" role="img" aria-label="{label}">'
        '<line class="plot-axis" x1="0" y1="{b}" x2="{w}" y2="{b}"/>{shapes}'
        '<text x="{left}" y="9">{highest}</text><text x="{left}" y="68">60 min ago</text>'
        '<text x="{right}" y="68" text-anchor="end">now</text></svg>',
        w=WIDTH,
        h=HEIGHT,
        label=label,
        b=_BOTTOM,
        left=_LEFT,
        right=WIDTH - _LEFT,
        shapes=shapes,
        highest=highest,
    )
