"""Confirming again without logging in: the mail's link, a code once, one press."""

import re
import uuid
from datetime import timedelta
from decimal import Decimal

import pytest
from django.utils import timezone

from integrations.odoo.secrets import decrypt
from orders.purchasing.actions import accept_order, ask_to_confirm_again
from orders.purchasing.lifecycle import LineState
from orders.purchasing.models import Answer
from suppliers.notices.models import Notice
from suppliers.policies.records import Bound
from suppliers.policies.terms import Matter
from tests import factories


@pytest.fixture
def path(cast, order):
    """The path of the link in the mail that asked Alice to confirm again what she agreed to a month ago."""
    now = timezone.now()
    accept_order(order, by=cast.alice, revision=1, submission=uuid.uuid4(), at=now - timedelta(days=30))
    factories.policy(cast.northwind, cast.bea, Matter.AGAIN, upper=Bound(Decimal(25)), at=now)
    ask_to_confirm_again(order, at=now)
    notice = Notice.objects.get(event="order_reconfirm", to_user=cast.alice)
    return re.sub(r"^https?://[^/]+", "", decrypt(notice.sealed_link))


def test_one_press_confirms_again(order, known, path):
    device = known(path)
    page = device.get(path).content.decode()
    assert "All 2 still as agreed" in page
    assert "do 2 lines still come as agreed?" in page
    form = {"submission": str(uuid.uuid4())}
    for _ in "twice":
        assert device.post(f"{path}accept/", form).status_code in {302, 422}
    assert {line.state for line in order.lines.all()} == {LineState.AGREED}
    assert Answer.objects.filter(order=order, channel="LINK").count() == 1
    assert "confirmed again" in device.get(path).content.decode()


def test_opening_it_confirms_nothing(order, phone, path):
    assert phone().get(path).status_code == 200
    assert phone().post(f"{path}accept/", {"submission": str(uuid.uuid4())}).status_code == 403
    assert {line.state for line in order.lines.all()} == {LineState.DUE}
