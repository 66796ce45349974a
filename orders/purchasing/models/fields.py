"""How quantities, prices and amounts are stored."""

from typing import Any

from django.db import models


def quantity_field(**options: Any) -> models.DecimalField:
    """A quantity in the line's own unit."""
    return models.DecimalField(max_digits=18, decimal_places=4, **options)


def price_field(**options: Any) -> models.DecimalField:
    """A price per unit in the order's currency; Odoo's "Product Price" precision may be up to six places."""
    return models.DecimalField(max_digits=20, decimal_places=6, **options)


def amount_field(**options: Any) -> models.DecimalField:
    """An amount of money in the order's currency, as Odoo rounded it."""
    return models.DecimalField(max_digits=20, decimal_places=4, **options)
