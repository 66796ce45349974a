"""Policies are made, replaced and ended in versions; nothing said is ever changed."""

import uuid
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import ProgrammingError, transaction

from suppliers.journal.models import JournalEntry
from suppliers.policies.actions import create_policy, end_policy, replace_policy, set_company_calendar
from suppliers.policies.drafts import Target, Terms
from suppliers.policies.lookup import rulebook_between, rulebooks
from suppliers.policies.models import CompanyCalendar, Policy, PolicyVersion
from suppliers.policies.records import Bound, Goods
from suppliers.policies.terms import Beyond, Days, Matter
from suppliers.refusal import IllegalMove, Refused
from suppliers.tenancy import wall
from tests import factories

TODAY = factories.TODAY
THREE = Bound(Decimal(3))


def terms(**more) -> Terms:
    return Terms(**dict[str, Any](starts_on=TODAY, reason="Agreed in May", upper=THREE) | more)


def make(cast, by, *, matter=Matter.DATE, submission=None, of=None, **more):
    target = Target(**dict[str, Any](name="Dates", matter=matter) | more.pop("target", {}))
    return create_policy(
        of or cast.northwind,
        by=by,
        target=target,
        terms=terms(**more),
        submission=submission or uuid.uuid4(),
        at=factories.NOW,
    )


def test_a_policy_begins_with_a_version_and_is_in_the_journal(cast, max_manager):
    version = make(cast, max_manager)
    assert (version.number, version.policy.company, version.rule.upper) == (1, cast.northwind, THREE)
    entry = JournalEntry.objects.get(verb="policy.made")
    assert entry.changes[0]["new"] == "up to 3 days late; beyond that the buyer decides"
    assert (entry.reason, entry.supplier_id) == ("Agreed in May", None)


def test_the_same_form_twice_is_one_policy(cast, max_manager):
    form = uuid.uuid4()
    assert make(cast, max_manager, submission=form) == make(cast, max_manager, submission=form)
    assert Policy.objects.count() == 1
    with pytest.raises(Refused, match="Open the policy again"):
        make(cast, cast.bea, submission=form)


@pytest.mark.parametrize(
    ("more", "where"),
    [
        ({"target": {"name": " "}}, "name"),
        ({"target": {"name": "x" * 101}}, "name"),
        ({"target": {"product_code": "A", "category_odoo_id": 4}}, "category"),
        ({"target": {"supplier_id": 999_999}}, "supplier"),
        ({"reason": ""}, "reason"),
        ({"starts_on": None}, "starts_on"),
        ({"starts_on": TODAY - timedelta(days=1)}, "starts_on"),
        ({"ends_on": TODAY - timedelta(days=1)}, "ends_on"),
        ({"rank": -1}, "rank"),
        ({"upper": Bound(Decimal("1.5"))}, "upper_amount"),
        ({"upper": Bound(Decimal(-1))}, "upper_amount"),
        ({"upper": Bound(Decimal(400))}, "upper_amount"),
        ({"upper": Bound(percent=Decimal(5))}, "upper_percent"),
        ({"matter": Matter.PRICE, "upper": Bound(Decimal("0.1"))}, "currency"),
        ({"matter": Matter.PRICE, "upper": Bound(percent=Decimal("NaN"))}, "upper_percent"),
        ({"matter": Matter.PRICE, "upper": Bound(percent=Decimal("0.1234567"))}, "upper_percent"),
        ({"matter": Matter.SPLIT, "lower": THREE}, "lower_amount"),
        ({"matter": Matter.SUBSTITUTE}, "upper_amount"),
        ({"matter": Matter.AGAIN, "upper": Bound()}, "upper_amount"),
    ],
)
def test_what_is_wrong_is_named_and_nothing_is_saved(cast, max_manager, more, where):
    with pytest.raises(Refused) as refused:
        make(cast, max_manager, **more)
    assert [problem.where for problem in refused.value.problems] == [where]
    assert not Policy.objects.exists()


def test_every_problem_is_named_at_once(cast, max_manager):
    with pytest.raises(Refused) as refused:
        make(cast, max_manager, reason="", starts_on=None, target={"name": ""}, upper=Bound(Decimal(-1)))
    assert len(refused.value.problems) == 4


def test_today_is_the_date_in_the_company_s_zone(cast, max_manager):
    evening = datetime(2026, 11, 23, 23, 30, tzinfo=UTC)  # the 24th in Brussels
    with pytest.raises(Refused, match="2026-11-24"):
        factories.policy(cast.northwind, max_manager, Matter.DATE, at=evening, starts_on=TODAY, upper=THREE)


def change(policy, by, *, after, **more):
    return replace_policy(
        policy, by=by, terms=terms(**more), after=after, submission=uuid.uuid4(), at=factories.NOW
    )


def test_a_new_version_holds_from_its_day_on_and_the_old_one_stays(cast, max_manager):
    policy = make(cast, max_manager).policy
    later = TODAY + timedelta(days=10)
    second = change(policy, max_manager, after=1, starts_on=later, upper=Bound(Decimal(5)))
    assert [version.number for version in policy.versions.all()] == [2, 1]
    goods = Goods(cast.northwind.pk, cast.acme.pk)
    for at, number in ((factories.NOW, 1), (factories.NOW + timedelta(days=10), 2)):
        book = rulebook_between(cast.northwind, cast.acme.pk, at=at)
        assert book.rule(Matter.DATE, goods).number == number
    assert JournalEntry.objects.get(verb="policy.replaced").changes[0]["old"].startswith("up to 3 days late")
    assert second.rule.upper.amount == 5


def test_who_looked_at_an_older_version_is_told_who_was_first(cast, max_manager):
    policy = make(cast, max_manager).policy
    change(policy, max_manager, after=1)
    with pytest.raises(IllegalMove, match="Max Manager made version 2"):
        change(policy, max_manager, after=1)


def test_an_ended_policy_does_not_hold_any_more(cast, max_manager):
    policy = make(cast, max_manager).policy
    end: dict[str, Any] = {"by": max_manager, "reason": "Contract is over", "at": factories.NOW}
    end_policy(policy, on=TODAY, after=1, submission=uuid.uuid4(), **end)
    assert rulebook_between(cast.northwind, cast.acme.pk, at=factories.NOW).rules == ()
    with pytest.raises(IllegalMove, match="ended"):
        end_policy(policy, on=TODAY, after=2, submission=uuid.uuid4(), **end)
    assert change(policy, max_manager, after=2).rule.is_off is False  # it may come back


@pytest.mark.parametrize("model", [Policy, PolicyVersion])
def test_the_database_refuses_to_change_or_delete_what_was_said(cast, max_manager, model):
    make(cast, max_manager)
    rows = model.objects.all()
    for wrong in (lambda: rows.update(company=cast.northwind), lambda: rows._raw_delete("default")):
        with pytest.raises(ProgrammingError, match="append-only"), transaction.atomic():
            wrong()


def behind_the_wall_of(person):
    return wall(suppliers=person.supplier_ids, companies=person.company_ids)


def test_suppliers_see_what_is_said_to_all_and_to_them_alone(cast, max_manager):
    to_all = make(cast, max_manager).policy
    to_globex = make(cast, max_manager, target={"supplier_id": cast.globex.pk}).policy
    seen = {
        cast.alice: {to_all},
        cast.mallory: {to_all, to_globex},
        cast.bea: {to_all, to_globex},
        cast.boris: set(),
    }
    for person, expected in seen.items():
        with behind_the_wall_of(person):
            assert set(Policy.objects.all()) == expected
            assert {version.policy for version in PolicyVersion.objects.all()} == expected
        assert set(Policy.objects.visible_to(person)) == expected
        assert {row.policy for row in PolicyVersion.objects.visible_to(person)} == expected


def test_many_pairs_cost_what_one_does(cast, max_manager, django_assert_num_queries):
    make(cast, max_manager)
    make(cast, max_manager, days=Days.COMPANY, matter=Matter.PAST, upper=Bound(), lower=THREE)
    make(cast, max_manager, days=Days.SUPPLIER, target={"supplier_id": cast.globex.pk})
    pairs = [(cast.northwind, cast.acme.pk), (cast.northwind, cast.globex.pk)]
    with django_assert_num_queries(5):
        books = rulebooks(pairs, at=factories.NOW)
    assert [len(books[cast.northwind.pk, pk].rules) for pk in (cast.acme.pk, cast.globex.pk)] == [2, 3]


def test_a_company_says_when_it_works(cast, max_manager):
    day = date(2026, 12, 24)
    calendar: dict[str, Any] = {"by": max_manager, "at": factories.NOW, "closed_days": [day, day]}
    with pytest.raises(Refused, match="country from the list"):
        set_company_calendar(cast.northwind, country="XX", subdivision="", **calendar)
    with pytest.raises(Refused, match="region"):
        set_company_calendar(cast.northwind, country="BE", subdivision="ZZ", **calendar)
    for country in ("BE", "DE"):
        set_company_calendar(cast.northwind, country=country, subdivision="", **calendar)
    assert (CompanyCalendar.objects.get().country, CompanyCalendar.objects.get().closed_days) == ("DE", [day])
    make(cast, max_manager, days=Days.COMPANY)
    book = rulebook_between(cast.northwind, cast.acme.pk, at=factories.NOW)
    open_on = [book.workdays[Days.COMPANY].is_working_day(date(2026, 12, number)) for number in (23, 24, 25)]
    assert open_on == [True, False, False]
    assert JournalEntry.objects.filter(verb="calendar.set").count() == 2


def test_a_rule_says_what_its_version_says(cast, max_manager):
    version = make(cast, max_manager, beyond=Beyond.REFUSE, rank=3)
    stored = PolicyVersion.objects.select_related("policy").get(pk=version.pk).rule
    assert (stored.beyond, stored.rank, stored.scope.company_id) == (Beyond.REFUSE, 3, cast.northwind.pk)
    assert replace(stored, number=1) == version.rule
