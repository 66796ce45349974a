"""How form fields look: the frame's classes for each kind of input."""

from django import forms, template
from django.forms import BoundField
from django.utils.safestring import SafeString

register = template.Library()

_CLASSES: list[tuple[type[forms.Widget], str]] = [
    (forms.CheckboxInput, "form-check-input"),
    (forms.RadioSelect, "form-check-input"),
    (forms.Select, "form-select"),
]


@register.filter
def control(field: BoundField) -> SafeString:
    """Render the field's input with the class that fits its kind."""
    kind = next((css for widget, css in _CLASSES if isinstance(field.field.widget, widget)), "form-control")
    return field.as_widget(attrs={"class": f"{kind} is-invalid" if field.errors else kind})


@register.filter
def is_tick_box(field: BoundField) -> bool:
    """Whether the label belongs behind the input."""
    return isinstance(field.field.widget, forms.CheckboxInput)


@register.filter
def named(field: BoundField, name: str) -> SafeString:
    """Render a field that has no label of its own, small, with a name for those who hear the page."""
    css = "form-control is-invalid" if field.errors else "form-control"
    return field.as_widget(attrs={"class": css, "aria-label": name})
