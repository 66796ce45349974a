"""What the tests of links share: an order that can be answered today, its link, and what the mails say."""

import re

import pytest
from django.test import Client
from django.utils import timezone

from integrations.odoo.secrets import decrypt
from orders.links import actions
from orders.links.lifecycle import Cause
from orders.links.models import AnswerLink
from orders.purchasing.models import PurchaseOrder
from suppliers.notices.models import Notice

AGENT = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) AppleWebKit/605.1.15 Safari/604.1"


@pytest.fixture
def order(order, soon):
    """The cast's order, wanted on a date that is still to come."""
    order.lines.update(expected_on=soon, requested_on=soon, asked_on=soon)
    PurchaseOrder.objects.filter(pk=order.pk).update(needed_on=soon)
    order.refresh_from_db()
    return order


@pytest.fixture
def issue(cast, order):
    """Issue a link: ``issue()`` for Alice, ``issue(cast.olivia, at=…)``. Returns its path on this site."""

    def make(to=None, *, of=None, at=None, cause=Cause.NEWS):
        url = actions.issue_link(of or order, to=to or cast.alice, at=at or timezone.now(), cause=cause)
        return re.sub(r"^https?://[^/]+", "", url)

    return make


@pytest.fixture
def path(issue):
    """The path that Alice's link opens."""
    return issue()


@pytest.fixture
def link(path):
    """The row behind Alice's link."""
    return AnswerLink.objects.get()


@pytest.fixture
def phone():
    """A device that nobody has used yet: ``phone()``."""

    def take(**options):
        return Client(HTTP_USER_AGENT=AGENT, **options)

    return take


@pytest.fixture
def code():
    """Read the newest code that was mailed."""

    def read():
        notice = Notice.objects.filter(event="link_code").order_by("-pk").first()
        return decrypt(notice.sealed_link)

    return read


@pytest.fixture
def known(phone, code):
    """A device on which the code was typed: ``known(path)``."""

    def confirm(path, **options):
        client = phone(**options)
        client.post(f"{path}code/")
        response = client.post(f"{path}device/", {"code": code()})
        assert response.status_code == 302
        return client

    return confirm
