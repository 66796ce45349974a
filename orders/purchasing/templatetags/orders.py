"""The fields of a delivery, for the answer form and the counter-proposal.

Made here rather than in a template: an order page holds hundreds of them, and they are most of its cost.
"""

from django import template
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe

from orders.purchasing.typed_answer import TypedPart

register = template.Library()

_FIELD = (
    '<label class="field field-{name}"{shown_for}><span class="lab">{label}</span>'
    '<input class="form-control{mark}" type="{kind}"{hints} id="{field}" name="{field}" value="{value}"'
    ' autocomplete="off" aria-label="{label}, part {place}"{error}></label>'
)
_FOREIGN = (
    '<details class="foreign"{}><summary>Another product or unit</summary>'
    '<div class="part">{}</div>{}</details>'
)
_FOREIGN_FIELD = (
    '<label class="field"><span>{label}</span><input class="form-control{mark}" id="{field}" name="{field}"'
    ' value="{value}"{error}></label>'
)
# In a split the first part may be in another product, and all are in its unit; a page of many lines holds
# hundreds of fields.
_FOREIGN_PARTS = 1
# Said once: a page holds these fields for each part of each line.
_FOREIGN_HELP = mark_safe(
    "<p>Leave empty what is as ordered. Quantity and price above are then in the other unit.</p>"
)
_PRICE_HINTS = mark_safe(' inputmode="decimal"')
_QUANTITY_HINTS = mark_safe(' inputmode="decimal" data-quantity')
_ONLY_IN_SPLITS = mark_safe(' data-for="split"')
# Name, label, type, what helps the keyboard, and in which choice it is shown.
_FIELDS = (
    ("quantity", "Quantity", "text", _QUANTITY_HINTS, ""),
    ("date", "Delivery date", "date", "", ""),
    ("price", "Price per unit", "text", _PRICE_HINTS, ""),
    ("reason", "or why not", "text", "", _ONLY_IN_SPLITS),
)


_FOREIGN_FIELDS = (
    ("product_code", "Other product’s code"),
    ("product_name", "What it is"),
    ("unit", "Unit"),
)


@register.simple_tag
def part_fields(part: TypedPart, prefix: str, *, with_reason: bool = True) -> SafeString:
    """Return the fields of one delivery, the reason for suppliers only, and what is wrong with them."""
    errors_id = f"{prefix}-{part.number}-errors"
    fields = [
        format_html(
            _FIELD,
            name=name,
            label=label,
            kind=kind,
            hints=hints,
            shown_for=shown_for,
            field=f"{prefix}-{part.number}-{name}",
            value=getattr(part, name),
            place=part.number + 1,
            mark=" is-invalid" if name in part.errors else "",
            error=format_html(' aria-invalid="true" aria-describedby="{}"', errors_id)
            if name in part.errors
            else "",
        )
        for name, label, kind, hints, shown_for in _FIELDS
        if with_reason or name != "reason"
    ]
    if part.number < _FOREIGN_PARTS or part.is_foreign:
        fields.append(_foreign_fields(part, prefix, errors_id))
    if part.errors:
        fields.append(
            format_html('<p class="error" id="{}">{}</p>', errors_id, " ".join(part.errors.values()))
        )
    return format_html_join("", "{}", ((field,) for field in fields))


def _foreign_fields(part: TypedPart, prefix: str, errors_id: str) -> SafeString:
    """Return the fields for another product or unit: closed, until somebody needs them."""
    fields = [
        format_html(
            _FOREIGN_FIELD,
            label=label,
            field=f"{prefix}-{part.number}-{name}",
            value=getattr(part, name) or "",
            mark=" is-invalid" if name in part.errors else "",
            error=format_html(' aria-invalid="true" aria-describedby="{}"', errors_id)
            if name in part.errors
            else "",
        )
        for name, label in _FOREIGN_FIELDS
    ]
    opened = mark_safe(" open") if part.is_foreign else ""
    shown = format_html_join("", "{}", ((field,) for field in fields))
    return format_html(_FOREIGN, opened, shown, "" if part.number else _FOREIGN_HELP)
