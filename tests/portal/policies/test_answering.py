"""The page of how long suppliers have to answer: buyers read it, managers change it."""

import uuid
from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from orders.deadlines.models import AnswerTerms
from suppliers.people.models import Role
from suppliers.policies.records import Bound
from suppliers.policies.terms import Matter
from tests import factories
from tests.queries import without_the_wall


@pytest.fixture
def manager(cast):
    """Max, who manages purchasing at Northwind."""
    return factories.member(factories.user("Max Manager"), cast.northwind, Role.MANAGER)


@pytest.fixture
def url(cast):
    return f"/policies/company/{cast.northwind.pk}/answering/"


@pytest.fixture
def post(as_, manager, url):
    """Post the form: ``post(hours="16")``."""

    def send(*, by=None, to="set/", **data):
        newest = AnswerTerms.objects.order_by("-pk").first()
        usual = {
            "hours": "16",
            "interval": "4",
            "tells": ["second", "buyer", "manager"],
            "starts_on": timezone.localdate().isoformat(),
            "reason": "Our customers wait",
            "after": str(newest.pk if newest else 0),
            "submission": str(uuid.uuid4()),
        }
        return as_(by or manager).post(url + to, usual | data)

    return send


def text(response):
    return " ".join(response.content.decode().split())


def test_buyers_read_what_is_usual_before_anybody_said_anything(as_, cast, url):
    page = text(as_(cast.bea).get(url))
    assert "<b>24 working hours to answer.</b>" in page
    assert "this is what is usual" in page
    assert "Suppliers are not asked" in page
    assert "Change it" not in page


def test_a_manager_changes_it_for_all_and_for_one(as_, cast, manager, url, post):
    assert post(again_hours="8", tells=["buyer"])["Location"] == url
    post(
        supplier=str(cast.acme.pk), hours="4", ends_on=(timezone.localdate() + timedelta(days=9)).isoformat()
    )
    rows = AnswerTerms.objects.order_by("pk")
    assert [(row.supplier, row.hours, row.again_hours, row.by) for row in rows] == [
        (None, 16, 8, manager),
        (cast.acme, 4, None, manager),
    ]
    assert (rows[0].tells_second, rows[0].tells_buyer, rows[0].tells_manager) == (False, True, False)
    page = text(as_(cast.bea).get(url))
    assert (
        "<b>16 working hours to answer, 8 to confirm again.</b> 4 working hours after it the buyer is told."
        in page
    )
    assert "Acme Fasteners GmbH" in page
    assert "“Our customers wait”" in page


def test_the_form_begins_with_what_holds(as_, cast, manager, url, post):
    post(again_hours="8", tells=["buyer"])
    page = text(as_(manager).get(url + "set/"))
    assert 'value="16"' in page
    assert 'value="8"' in page
    assert page.count("checked") == 1
    of_acme = text(as_(manager).get(f"{url}set/?supplier={cast.acme.pk}"))
    assert f'<option value="{cast.acme.pk}" selected>' in of_acme


def test_everything_wrong_is_named_at_its_field_and_kept(post):
    response = post(hours="two days", again_hours="0", interval="", starts_on="soon", reason="")
    assert response.status_code == 422
    assert set(response.context["form"].errors) == {"hours", "again_hours", "interval", "starts_on", "reason"}
    assert 'value="two days"' in text(response)
    assert all(len(errors) == 1 for errors in response.context["form"].errors.values())
    assert set(post(supplier="999999").context["form"].errors) == {"supplier"}
    assert not AnswerTerms.objects.exists()


def test_the_same_form_twice_is_one_row(post):
    form = str(uuid.uuid4())
    for _ in "twice":
        assert post(submission=form).status_code == 302
    assert AnswerTerms.objects.count() == 1


def test_who_comes_second_is_told_and_keeps_what_was_typed(post):
    post()
    response = post(after="0", hours="11", reason="Because")
    assert response.status_code == 409
    page = text(response)
    assert "Max Manager changed the time to answer meanwhile" in page
    assert 'value="11"' in page
    assert f'name="after" value="{AnswerTerms.objects.get().pk}"' in page


def test_what_holds_can_be_ended_with_a_reason(as_, cast, manager, url, post):
    post()
    refused = post(to="end/", reason=" ")
    assert refused.status_code == 422
    assert "Say why" in text(refused)
    post(to="end/", reason="Back to normal")
    assert "<b>24 working hours to answer.</b>" in text(as_(cast.bea).get(url))


@pytest.mark.parametrize(
    ("person", "reads", "sets"), [("bea", 200, 403), ("alice", 403, 403), ("boris", 404, 404)]
)
def test_who_may(as_, cast, url, post, person, reads, sets):
    somebody = getattr(cast, person)
    assert as_(somebody).get(url).status_code == reads
    assert as_(somebody).get(url + "set/").status_code == sets
    assert post(by=somebody).status_code == sets
    assert post(by=somebody, to="end/").status_code == sets
    assert not AnswerTerms.objects.exists()


def test_addresses_that_only_take_a_press_or_only_show(as_, manager, url):
    assert as_(manager).get(url + "end/").status_code == 405
    assert as_(manager).post(url).status_code == 405


def test_when_suppliers_are_asked_to_confirm_again_is_on_the_page(as_, cast, manager, url):
    bound = Bound(Decimal(5))
    factories.policy(
        cast.northwind, manager, Matter.AGAIN, upper=bound, name="A week before", at=timezone.now()
    )
    page = text(as_(cast.bea).get(url))
    assert "A week before" in page
    assert "asked 5 days before the delivery" in page


def test_the_list_of_policies_leads_there_for_buyers_only(as_, cast, url):
    assert url in text(as_(cast.bea).get("/policies/"))
    assert url not in text(as_(cast.alice).get("/policies/"))


def test_it_costs_the_same_however_much_was_said(as_, cast, manager, url):
    browser, counts = as_(cast.bea), []
    browser.get(url)
    for number in (1, 30):
        AnswerTerms.objects.bulk_create(
            AnswerTerms(
                company=cast.northwind,
                supplier=cast.acme if one % 2 else None,
                hours=one + 1,
                starts_on=date(2026, 1, 1),
                by=manager,
                at=timezone.now(),
            )
            for one in range(number)
        )
        with CaptureQueriesContext(connection) as found:
            browser.get(url)
        counts.append(len(without_the_wall(found)))
    assert counts[0] == counts[1] <= 14
