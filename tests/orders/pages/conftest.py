"""What the tests of the order pages share: the answer form as a browser posts it."""

import re
import uuid
from datetime import date
from html.parser import HTMLParser

import pytest

from orders.purchasing.models import PurchaseOrder


@pytest.fixture
def order(order, soon):
    """The cast's order, wanted on a date that is still to come."""
    order.lines.update(expected_on=soon, requested_on=soon, asked_on=soon)
    PurchaseOrder.objects.filter(pk=order.pk).update(needed_on=soon)
    order.refresh_from_db()
    return order


@pytest.fixture
def filled():
    """Fill in the answer form: ``filled(order, {line: {"choice": "reject", "reason": "sold out"}})``."""

    def fill(order, answers=None, **head):
        data = {"revision": order.revision, "submission": str(uuid.uuid4())} | head
        for line, fields in (answers or {}).items():
            for name, value in fields.items():
                shown = value.isoformat() if isinstance(value, date) else str(value)
                data[f"lines-{line.pk}-{name}"] = shown
        return data

    return fill


class Fields(HTMLParser):
    """Collects what a page's form would post, as a browser without JavaScript does."""

    def __init__(self, action: str) -> None:
        super().__init__()
        self.action, self.inside, self.select = action, False, ""
        self.data: dict[str, str] = {}

    def handle_starttag(self, tag, attrs):
        found = dict(attrs)
        if tag == "form":
            self.inside = found.get("action") == self.action
        elif self.inside and tag == "input" and "name" in found:
            self.data[found["name"]] = found.get("value", "")
        elif self.inside and tag == "select":
            self.select = found["name"]
        elif self.inside and tag == "option" and self.select and "selected" in found:
            self.data[self.select] = found["value"]

    def handle_endtag(self, tag):
        if tag == "form":
            self.inside = False
        elif tag == "select":
            self.select = ""


@pytest.fixture
def form_of():
    """Read what a form on a page would post: ``form_of(response, "/orders/1/acknowledge/")``."""

    def read(response, action):
        fields = Fields(action)
        fields.feed(response.content.decode())
        return {name: value for name, value in fields.data.items() if name != "csrfmiddlewaretoken"}

    return read


@pytest.fixture
def text_of():
    """Return the words of a page, without its tags."""

    def read(response):
        return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", response.content.decode()))

    return read
