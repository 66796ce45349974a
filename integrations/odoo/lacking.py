"""What a database lacks (a module that is not installed, an older version), in plain words."""

from collections.abc import Iterable

from integrations.odoo.subjects import LINE, MOVE, ORDER, PRODUCT, RECEIPT

_RECEIPTS = (
    "Inventory for purchases is not installed there: receipts are not shown, and when an agreed date moves, "
    "no receipt moves with it."
)
_ACKNOWLEDGED = (
    "Orders have no flag for the acknowledgement there: the note on the order alone says that it was given."
)
# What is switched off when a field, or a whole model, is missing.
_SENTENCES = {
    RECEIPT: _RECEIPTS,
    MOVE: _RECEIPTS,
    f"{ORDER}.picking_ids": _RECEIPTS,
    f"{ORDER}.mail_reception_confirmed": _ACKNOWLEDGED,
    f"{ORDER}.acknowledged": _ACKNOWLEDGED,
    f"{ORDER}.incoterm_id": "Orders have no incoterm there: none is shown.",
    f"{ORDER}.payment_term_id": "Orders have no payment terms there: none are shown.",
    f"{ORDER}.notes": "Orders have no notes for the vendor there: none are shown.",
    f"{ORDER}.note": "Orders have no notes for the vendor there: none are shown.",
    f"{LINE}.discount": "Order lines have no discount there: prices are shown without one.",
    f"{PRODUCT}.default_code": "Products have no internal reference there: changes of it are not followed.",
}


def sentences(missing: Iterable[str]) -> list[str]:
    """Return what is switched off for want of these (``model.field`` or ``model``), each said once."""
    return list(dict.fromkeys(_sentence(name) for name in missing))


def _sentence(name: str) -> str:
    if name in _SENTENCES:
        return _SENTENCES[name]
    model = name.rpartition(".")[0]
    return _SENTENCES.get(model, f"{name} is missing there: what needs it is switched off.")
