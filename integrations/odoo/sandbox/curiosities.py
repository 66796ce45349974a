"""Orders of the seed 'demo' that stretch a page, some to fill in, and something for the buyer to do."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, Protocol

from integrations.odoo.sandbox.engine import Engine
from integrations.odoo.sandbox.environment import Env
from integrations.odoo.sandbox.mail_models import model_id
from integrations.odoo.sandbox.values import DATETIME_FORMAT

# Deliveries are due at noon, Brussels office hours.
DUE_HOUR = 12


class Ordered(Protocol):
    """What a line orders."""

    @property
    def product(self) -> int: ...
    @property
    def price(self) -> float: ...
    @property
    def quantity(self) -> int: ...


def place_curiosities(
    engine: Engine,
    vendors: Mapping[str, int],
    articles: Mapping[str, Sequence[Ordered]],
    buyer: int,
    on: datetime,
) -> None:
    """Sixty lines, twelve digits, and three orders of five lines for much later."""
    due = (on + timedelta(days=24)).replace(hour=DUE_HOUR, minute=0, second=0, microsecond=0)
    with engine.transaction(buyer, now=on - timedelta(hours=5)) as env:
        stock = articles["AF"]
        long = [
            (stock[number % len(stock)], due + timedelta(days=7 * (number // len(stock))))
            for number in range(60)
        ]
        order = _place(env, vendors["AF"], "Restocking Brussels", long)
        dear = {"product_qty": 1.0, "price_unit": 123_456_789_012.34}
        _place(env, vendors["ML"], "Framework contract", [(articles["ML"][0], due)], **dear)
        for number in range(3):
            later = due + timedelta(days=60 + 3 * number)
            cables = [(article, later) for article in articles["VD"][number : number + 5]]
            _place(env, vendors["VD"], "New hall", cables)
        _to_do(env, order, buyer)


def _place(
    env: Env, vendor: int, origin: str, wanted: Iterable[tuple[Ordered, datetime]], **values: float
) -> int:
    """Order and confirm; return the order's id."""
    quiet = env.with_context(making_order=True)
    order = int(quiet.create("purchase.order", {"partner_id": vendor, "origin": origin})["id"])
    for place, (article, day) in enumerate(wanted, start=1):
        line: dict[str, Any] = {"order_id": order, "product_id": article.product, "sequence": place}
        line |= {"product_qty": float(article.quantity), "price_unit": article.price} | values
        quiet.create("purchase.order.line", line | {"date_planned": day.strftime(DATETIME_FORMAT)})
    env.models["purchase.order"].button_confirm(env, [order])  # type: ignore[attr-defined]
    return order


def _to_do(env: Env, order_id: int, buyer: int) -> None:
    env.create(
        "mail.activity",
        {
            "res_model_id": model_id(env, "purchase.order"),
            "res_id": order_id,
            "activity_type_id": env.xmlid("mail.mail_activity_data_todo"),
            "summary": "Ask whether the first half can come a week earlier",
            "user_id": buyer,
        },
    )
