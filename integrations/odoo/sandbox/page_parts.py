"""Pieces of HTML: everything that comes from data is escaped here."""

from __future__ import annotations

import html
import re
from collections.abc import Iterable
from pathlib import Path
from urllib.parse import urlencode

from integrations.odoo.sandbox.environment import Env
from integrations.odoo.sandbox.store import Record

STYLE = Path(__file__).with_name("page.css").read_text(encoding="utf-8")
_BREAKS = re.compile(r"<br\s*/?>|</(p|li|div|ul)>", re.IGNORECASE)
_TAGS = re.compile(r"<[^>]*>")


class Html(str):
    """Text that is HTML already."""

    __slots__ = ()


def esc(value: object) -> Html:
    """Anything as HTML text."""
    return value if isinstance(value, Html) else Html(html.escape(str(value), quote=True))


def plain_text(body: object) -> str:
    """The words of an HTML body: messages come from outside, so their markup is not shown."""
    text = _TAGS.sub("", _BREAKS.sub("\n", str(body or "")))
    return re.sub(r"\n\s*\n+", "\n", html.unescape(text)).strip()


def join(parts: Iterable[object]) -> Html:
    """Pieces one after another, each escaped unless it is HTML."""
    return Html("".join(esc(part) for part in parts))


def money(amount: float, currency: str) -> str:
    """1,234.50 EUR; small prices keep up to four decimals."""
    text = f"{amount:,.4f}".rstrip("0") if round(amount, 2) != amount else f"{amount:,.2f}"
    return f"{text} {currency}"


def quantity(value: float) -> str:
    """12 rather than 12.0."""
    return f"{value:,.3f}".rstrip("0").rstrip(".")


def typed(value: float) -> str:
    """A number the way a number input wants it."""
    return quantity(value).replace(",", "")


def day(value: object) -> str:
    """The date of a stored datetime."""
    return str(value)[:10] if value else "–"


def moment(value: object) -> str:
    """Date and minute, UTC."""
    return str(value)[:16] if value else "–"


def badge(kind: object, label: str) -> Html:
    """A coloured word."""
    word = re.sub(r"\W+", "-", str(kind or "none"))
    return Html(f'<span class="badge {word}">{esc(label)}</span>')


def table(
    heads: list[str],
    rows: list[list[object]],
    *,
    numbers: tuple[int, ...] = (),
    texts: tuple[int, ...] = (),
) -> Html:
    """A table; columns in `numbers` are set to the right, only those in `texts` may wrap.

    On a phone each row becomes a small list that repeats the headings.
    """
    kinds = ["num" if i in numbers else "text" if i in texts else "" for i in range(len(heads))]
    head = join(Html(f'<th class="{kinds[i]}">{esc(text)}</th>') for i, text in enumerate(heads))
    lines = []
    for row in rows:
        cells = join(
            Html(f'<td class="{kinds[i]}" data-head="{esc(heads[i])}">{esc(cell)}</td>')
            for i, cell in enumerate(row)
        )
        lines.append(Html(f"<tr>{cells}</tr>"))
    return Html(f'<div class="scroll"><table><tr>{head}</tr>{join(lines)}</table></div>')


def facts(pairs: list[tuple[str, object]]) -> Html:
    """A list of names and values."""
    items = join(Html(f"<div><dt>{esc(name)}</dt><dd>{esc(value)}</dd></div>") for name, value in pairs)
    return Html(f"<dl>{items}</dl>")


def card(title: str, *content: object, kind: str = "") -> Html:
    """A box with a heading."""
    heading = Html(f"<h2>{esc(title)}</h2>") if title else Html("")
    return Html(f'<section class="card {esc(kind)}">{heading}{join(content)}</section>')


def entry(
    name: str, value: object, label: str, *, form: str = "", kind: str = "number", hint: str = ""
) -> Html:
    """An input. With `form` it belongs to a form elsewhere on the page and its label is for the ear only."""
    more = ' min="0" step="any"' if kind == "number" else ""
    more += f' placeholder="{esc(hint)}"' if hint else ""
    box = f'<input type="{kind}" name="{esc(name)}" value="{esc(value)}"{more}'
    if form:
        return Html(f'{box} form="{esc(form)}" aria-label="{esc(label)}">')
    return Html(f"<label>{esc(label)}{box}></label>")


def button(action: str, label: str, *, main: bool = False) -> Html:
    """A form with one button."""
    kind = ' class="main"' if main else ""
    return Html(f'<form method="post" action="{esc(action)}"><button{kind}>{esc(label)}</button></form>')


def link(path: str, label: object, **query: object) -> Html:
    """A link."""
    target = f"{path}?{urlencode(query)}" if query else path
    return Html(f'<a href="{esc(target)}">{esc(label)}</a>')


def state_badge(env: Env, order: Record) -> Html:
    """The order's state in Odoo's words, and the lock of 19."""
    label = env.schema.models["purchase.order"].fields["state"].selection[order["state"]]
    return badge(order["state"], f"{label} · Locked" if order.get("locked") else label)


def receipt_badge(env: Env, order: Record) -> Html | str:
    """How far the goods are."""
    status = order.get("receipt_status")
    labels = env.schema.models["purchase.order"].fields["receipt_status"].selection
    return badge(status, labels[status]) if status else "–"


def acknowledged(env: Env, order: Record) -> str:
    """Whether the vendor said yes, whichever field the version keeps it in."""
    flag = "acknowledged" if env.version >= 19 else "mail_reception_confirmed"
    return "Yes" if order.get(flag) else "No"


def page(version: int, title: str, *content: object, actor: str, query: dict[str, str]) -> str:
    """A whole page; `problem` and `told` in the query are shown at the top."""
    doors = "XML-RPC, JSON-RPC" + (", JSON-2" if version >= 19 else "")
    said = [card("", query[key], kind=key) for key in ("problem", "told") if query.get(key)]
    return (
        '<!doctype html><html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>{esc(title)} – Sandbox Odoo {version}</title><style>{STYLE}</style></head><body>"
        '<div class="banner">This is the sandbox: a stand-in that behaves like Odoo for the demo. '
        "Nothing here is real, and nothing leaves this computer.</div>"
        f'<header class="top"><strong><a href="/">Sandbox Odoo {version}</a></strong>'
        f"<span>What Odoo sees · speaks {doors} · you act as {esc(actor)}, buyer</span></header>"
        f"<main>{join(said)}{join(content)}</main></body></html>"
    )
