"""The link in a mail with which its reader answers an order without logging in; who makes it registers here.

Orders know nothing of links: ``orders/links/private_links.py`` registers what makes them, and is loaded when
the portal starts.
"""

from collections.abc import Callable
from datetime import datetime
from functools import partial
from typing import Any

from orders.purchasing.models import PurchaseOrder

# Takes the order, the reader (a User) and the time; returns an address that opens the order for this reader.
LinkMaker = Callable[[PurchaseOrder, Any, datetime], str]

_makers: list[LinkMaker] = []


def link_maker(maker: LinkMaker) -> LinkMaker:
    """Register the function below as what makes private links to orders."""
    _makers[:] = [maker]
    return maker


def private_link_to(order: PurchaseOrder, *, at: datetime) -> Callable[[Any], str] | None:
    """Return what makes a link to the order for each reader of a mail; None where nothing makes links."""
    return partial(_make, order, at) if _makers else None


def _make(order: PurchaseOrder, at: datetime, reader: Any) -> str:
    return _makers[0](order, reader, at)
