"""What every page of a link promises: headers, weight, queries, and no word of the link in the log."""

import gzip
import logging
import re
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from orders.deadlines.models import Deadline
from orders.links.tokens import make_token, read_token
from orders.purchasing.models import PurchaseOrder
from tests import factories
from tests.queries import without_the_wall


@pytest.fixture
def pages(phone, known, path, order):
    """Each of a link's pages, as it comes."""
    device = known(path)
    responses = [
        phone().get(path),
        device.get(path),
        phone().get(f"{path}device/"),
        phone().get("/answer/x/"),
    ]
    PurchaseOrder.objects.filter(pk=order.pk).update(revision=2)
    return [*responses, phone().get(path)]


def test_nothing_leaks_through_headers_and_nothing_comes_from_elsewhere(pages):
    for response in pages:
        assert response.headers["Referrer-Policy"] == "strict-origin"
        assert "noindex" in response.headers["X-Robots-Tag"]
        assert "no-store" in response.headers["Cache-Control"]
        assert response.headers["X-Frame-Options"] == "DENY"
        policy = response.headers["Content-Security-Policy"]
        assert "default-src 'none'" in policy
        assert "script-src" not in policy
        page = response.content.decode()
        assert "<script" not in page
        assert "noindex" in page
        assert 'src="http' not in page


def test_each_page_stays_light_on_the_wire(known, issue, cast, settings):
    long = factories.order(cast.acme, cast.northwind, lines=25)
    path = issue(of=long)
    page = known(path).get(path).content
    styles = [settings.BASE_DIR / "static/css" / name for name in ("tabler.min.css", "quayside.css")]
    weight = sum(len(gzip.compress(part)) for part in (page, *(style.read_bytes() for style in styles)))
    assert weight < 100_000


def test_the_number_of_queries_does_not_grow_with_the_order(known, issue, cast, path):
    device = known(path)

    def count(path):
        with CaptureQueriesContext(connection) as found:
            assert device.get(path).status_code == 200
        return len(without_the_wall(found))

    long = issue(of=factories.order(cast.acme, cast.northwind, lines=40))
    assert count(path) == count(long) == 7


def test_it_says_until_when_an_answer_is_due(phone, path, order):
    now = timezone.now()
    Deadline.objects.create(
        supplier_id=order.supplier_id,
        company_id=order.company_id,
        order=order,
        question="q",
        revision=1,
        asked_at=now,
        started_at=now,
        due_at=now + timedelta(days=2),
        hours=24,
        interval=4,
    )
    assert "Answer by" in phone().get(path).content.decode()
    Deadline.objects.update(due_at=now - timedelta(minutes=1))
    assert "Answer was due" in phone().get(path).content.decode()


def test_refused_requests_do_not_write_the_link_into_the_log(phone, path, caplog):
    secret = path.split("/")[2]
    with caplog.at_level(logging.DEBUG):
        phone().post(f"{path}accept/")
        phone().get(f"{path}accept/")
        phone().get(f"/answer/{secret}x/")
    formatted = [record.getMessage() for record in caplog.records]
    assert formatted
    assert not [line for line in formatted if secret in line]


def test_a_token_says_whose_order_it_opens_and_nothing_can_be_changed():
    token, claim = make_token(17)
    assert read_token(token) == claim
    assert claim.supplier_ids == {17}
    assert claim.company_ids == frozenset()
    assert read_token(token.replace("17.", "18.", 1)) is None
    assert claim.digest not in token


def test_two_tokens_are_never_the_same():
    assert make_token(1)[0] != make_token(1)[0]


def test_nothing_on_the_page_leads_into_the_portal_but_logging_in(cast, known, phone, issue):
    path = issue(of=factories.order(cast.acme, cast.northwind, lines=30))
    for page in (phone().get(path), known(path).get(path)):
        found = set(re.findall(r'(?:href|action|hx-\w+)="(/[^"?#]*)', page.content.decode()))
        inside = {each for each in found if not each.startswith(("/static/", path))}
        assert inside <= {"/", "/accounts/login/"}
