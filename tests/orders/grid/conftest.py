"""What the tests of the grid share: an order with four lines, and what its page would post."""

import pytest

from tests import factories


@pytest.fixture
def order(cast, soon):
    """An order of Northwind at Acme with four lines of 10 pieces at 4.50, wanted soon."""
    order = factories.order(cast.acme, cast.northwind, lines=4)
    order.lines.update(expected_on=soon, requested_on=soon, asked_on=soon)
    return order


@pytest.fixture
def filled(alice, order):
    """What the page's form would post with some cells filled in: ``filled({line: {"date": …}})``."""

    def fill(cells, **head):
        form = alice.get(f"/orders/{order.pk}/grid/").context["form"]
        data = {"revision": order.revision, "submission": str(form.submission)}
        data |= {f"s-{row.line.pk}": row.seen for row in form.lines}
        for line, values in cells.items():
            data |= {f"c-{line.pk}-{name}": str(value) for name, value in values.items()}
        return data | head

    return fill


def keep(browser, order, data):
    return browser.post(f"/orders/{order.pk}/grid/draft/", data, headers={"Accept": "application/json"})
