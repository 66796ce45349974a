"""The pages of policies: read by all concerned, edited by managers, tried out before they are saved."""

import uuid
from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from orders.purchasing.actions import LineReply, Part, acknowledge_order, decline_lines
from orders.purchasing.models import LineAnswer
from suppliers.people.models import Role
from suppliers.policies.models import CompanyCalendar, Policy, PolicyVersion, ProductCategory
from suppliers.policies.records import Bound
from suppliers.policies.terms import Beyond, Days, Matter
from tests import factories
from tests.queries import without_the_wall

THREE = Bound(Decimal(3))


@pytest.fixture
def manager(cast):
    """Max, who manages purchasing at Northwind."""
    return factories.member(factories.user("Max Manager"), cast.northwind, Role.MANAGER)


@pytest.fixture
def today():
    return timezone.localdate()


@pytest.fixture
def policy(cast, manager):
    """Three days late pass by themselves."""
    return factories.policy(
        cast.northwind, manager, Matter.DATE, upper=THREE, name="Dates", at=timezone.now()
    ).policy


@pytest.fixture
def new(cast, as_, manager):
    """Post the form of a new policy: ``new("price", name="Prices", …)``."""

    def post(matter, *, by=None, headers=None, **data):
        usual = {
            "name": "Prices",
            "starts_on": timezone.localdate().isoformat(),
            "reason": "Agreed in May",
            "submission": str(uuid.uuid4()),
        }
        url = f"/policies/company/{cast.northwind.pk}/new/{matter}/"
        return as_(by or manager).post(url, usual | data, headers=headers)

    return post


def text(response):
    return " ".join(response.content.decode().split())


def test_a_manager_makes_a_policy_as_people_type(new, manager, cast, today):
    response = new(
        "price", upper_percent="2,5", lower_percent="100", beyond="REFUSE", joined="OR", currency="EUR"
    )
    version = PolicyVersion.objects.get()
    assert response["Location"] == f"/policies/{version.policy_id}/"
    assert (version.upper_percent, version.lower_percent, version.beyond) == (
        Decimal("2.5"),
        100,
        Beyond.REFUSE,
    )
    assert (version.by, version.starts_on, version.policy.company) == (manager, today, cast.northwind)
    assert version.simulation is None


def test_a_policy_may_name_supplier_category_and_product(new, cast, order):
    ProductCategory.objects.create(company=cast.northwind, odoo_id=9, name="All / Bolts", path="/1/9/")
    line = order.lines.first()
    order.lines.filter(pk=line.pk).update(product_odoo_id=50)
    new("date", upper_amount="3", days="COMPANY", supplier=cast.acme.pk, category="9")
    new("date", upper_amount="3", product_code=line.product_code)
    first, second = Policy.objects.order_by("pk")
    assert (first.supplier, first.category_odoo_id, first.category_name) == (cast.acme, 9, "All / Bolts")
    assert (second.product_code, second.product_odoo_id) == (line.product_code, 50)
    assert PolicyVersion.objects.get(policy=first).days == Days.COMPANY


def test_what_is_wrong_is_named_at_its_field_and_kept(new):
    response = new("price", name="", reason="", upper_percent="two", lower_amount="1.234", starts_on="soon")
    assert response.status_code == 422
    form = response.context["form"]
    assert set(form.errors) == {"upper_percent", "lower_amount", "starts_on"}
    assert 'value="two"' in text(response)
    again = new("price", name="", reason="", upper_percent="-1", starts_on="2020-01-01")
    assert set(again.context["form"].errors) == {"name", "reason", "upper_percent", "starts_on"}
    assert not Policy.objects.exists()


def test_the_same_form_twice_is_one_policy(new):
    form = str(uuid.uuid4())
    for _ in "twice":
        assert new("split", upper_amount="2", submission=form).status_code == 302
    assert PolicyVersion.objects.count() == 1


def test_when_suppliers_are_asked_to_confirm_again_takes_at_least_a_day(new, as_, manager, cast):
    page = text(as_(manager).get(f"/policies/company/{cast.northwind.pk}/new/again/"))
    assert "Asked so long before the delivery (days)" in page
    assert "Tolerances" not in page
    for wrong in ("", "0", "1.5"):
        answer = new("again", upper_amount=wrong, days="COMPANY")
        assert set(answer.context["form"].errors) == {"upper_amount"}
    assert new("again", upper_amount="5", days="COMPANY").status_code == 302
    assert "asked 5 working days before the delivery" in text(as_(manager).get("/policies/?matter=AGAIN"))


@pytest.mark.parametrize("matter", ["colour", "substitute", "unit"])
def test_a_matter_that_is_unknown_or_not_offered_is_not_there(new, matter):
    assert new(matter).status_code == 404


def change(browser, policy, **data):
    usual = {"after": "1", "reason": "Winter", "starts_on": timezone.localdate().isoformat()}
    usual |= {"submission": str(uuid.uuid4()), "days": "CALENDAR", "beyond": "BUYER"}
    return browser.post(f"/policies/{policy.pk}/change/", usual | data)


def test_a_change_is_a_new_version_and_history_shows_both(as_, manager, policy, cast):
    response = change(as_(manager), policy, upper_amount="5")
    assert response["Location"] == f"/policies/{policy.pk}/"
    page = text(as_(cast.bea).get(f"/policies/{policy.pk}/"))
    assert "Up to 5 days late; beyond that the buyer decides" in page
    assert "Up to 3 days late; beyond that the buyer decides" in page
    assert "“Winter”" in page


def test_who_comes_second_is_told(as_, manager, policy, cast):
    browser = as_(manager)
    change(browser, policy, upper_amount="5")
    response = browser.post(
        f"/policies/{policy.pk}/change/",
        {"after": "1", "reason": "x", "starts_on": timezone.localdate().isoformat(), "upper_amount": "9"},
        follow=True,
        headers={"Referer": f"http://testserver/policies/{policy.pk}/change/"},
    )
    assert "made version 2" in text(response)
    assert PolicyVersion.objects.count() == 2


def test_a_policy_is_ended_with_a_reason(as_, manager, policy):
    browser = as_(manager)
    refused = browser.post(f"/policies/{policy.pk}/end/", {"after": "1", "reason": ""})
    assert (refused.status_code, "Say why" in text(refused)) == (422, True)
    browser.post(f"/policies/{policy.pk}/end/", {"after": "1", "reason": "Contract is over"})
    assert PolicyVersion.objects.order_by("number").last().is_off
    assert "No policy yet" in text(browser.get("/policies/"))
    assert "Dates" in text(browser.get("/policies/?ended=1"))


def test_suppliers_read_what_concerns_them_without_reasons(as_, cast, manager, policy):
    factories.policy(cast.northwind, manager, Matter.PRICE, supplier=cast.globex, name="Only Globex")
    listed = text(as_(cast.alice).get("/policies/"))
    assert "Dates" in listed
    assert "Only Globex" not in listed
    assert "New policy" not in listed
    page = text(as_(cast.alice).get(f"/policies/{policy.pk}/"))
    assert "Up to 3 days late" in page
    assert "Agreed in May" not in page


@pytest.fixture
def past(cast):
    """Acme answered five days late, twice; once a buyer said no."""
    for declined in (False, True):
        order = factories.order(cast.acme, cast.northwind, lines=1)
        line = order.lines.get()
        wanted = timezone.localdate() + timedelta(days=20)
        order.lines.update(asked_on=wanted, expected_on=wanted)
        parts = (Part(Decimal(10), wanted + timedelta(days=5), Decimal("4.50")),)
        acknowledge_order(
            order, by=cast.alice, revision=1, replies=[LineReply(line.pk, parts)], submission=uuid.uuid4(),
            at=timezone.now() - timedelta(days=2),
        )  # fmt: skip
        if declined:
            answer = LineAnswer.objects.get(line=line)
            decline_lines(order, by=cast.bea, answer_ids=[answer.pk], reason="No", at=timezone.now())


def test_a_draft_is_tried_on_past_answers_and_saves_nothing(new, past):
    response = new("date", upper_amount="5", **{"try": "1"})
    assert response.status_code == 200
    total = response.context["lab"].total
    assert (total.answers, total.before["PASSES"], total.after["PASSES"], total.objected) == (2, 0, 2, 1)
    words = text(response)
    assert "Acme Fasteners GmbH" in words
    assert "1 answer of those that would newly pass was declined or countered" in words
    assert not Policy.objects.exists()
    narrow = new("date", upper_amount="4", headers={"HX-Request": "true"}, **{"try": "1"})
    assert narrow.context["lab"].total.after["PASSES"] == 0
    assert b"<html" not in narrow.content


def test_a_draft_that_makes_no_sense_is_not_tried(new, past):
    for headers in ({}, {"HX-Request": "true"}):
        response = new("date", upper_amount="1.5", name="", reason="", headers=headers, **{"try": "1"})
        assert response.status_code == 422
        assert "whole number" in text(response)


def test_a_change_is_tried_in_place_of_the_policy_and_kept_when_saved(as_, manager, policy, past):
    browser = as_(manager)
    tried = change(browser, policy, upper_amount="5", **{"try": "1"})
    total = tried.context["lab"].total
    assert (total.before["PASSES"], total.after["PASSES"]) == (0, 2)
    change(browser, policy, upper_amount="5", tried="1")
    kept = PolicyVersion.objects.get(number=2).simulation or {}
    assert (kept["answers"], kept["after"]["PASSES"], kept["objected"]) == (2, 2, 1)
    page = text(browser.get(f"/policies/{policy.pk}/"))
    assert "of 2 answers in 6 months 2 would have passed by themselves, 0 with what held then" in page


def test_what_was_tried_is_still_there_when_saving_is_refused(as_, new, manager, policy, past):
    refused = change(as_(manager), policy, upper_amount="5", tried="1", reason="")
    assert refused.status_code == 422
    assert refused.context["lab"].total.answers == 2
    assert 'name="tried" value="1"' in refused.content.decode()
    assert new("date", upper_amount="5", tried="1", reason="").context["lab"].total.answers == 2
    assert "lab" not in new("date", upper_amount="1.5", tried="1").context


def test_a_company_says_on_which_days_it_works(as_, cast, manager):
    browser, url = as_(manager), f"/policies/company/{cast.northwind.pk}/working-days/"
    wrong = browser.post(url, {"country": "BE", "closed_days": "2026-12-24\nsoon"})
    assert (wrong.status_code, "must be a date" in text(wrong)) == (422, True)
    browser.post(url, {"country": "BE", "subdivision": "", "closed_days": "2026-12-24\n31.12.2026"})
    calendar = CompanyCalendar.objects.get()
    assert (calendar.country, calendar.closed_days) == ("BE", [date(2026, 12, 24), date(2026, 12, 31)])
    assert "2026-12-31" in text(browser.get(url))


@pytest.mark.parametrize(("url", "most"), [("/policies/", 6), ("/policies/{pk}/", 6)])
def test_reading_costs_few_queries_whatever_there_is(as_, cast, manager, policy, url, most):
    for number in range(12):
        factories.policy(cast.northwind, manager, Matter.PRICE, name=f"P{number}")
    browser = as_(cast.bea)
    browser.get(url.format(pk=policy.pk))
    with CaptureQueriesContext(connection) as found:
        browser.get(url.format(pk=policy.pk))
    queries = [sql for sql in without_the_wall(found) if "policies_" in sql or "people_" in sql]
    assert len(queries) <= most
