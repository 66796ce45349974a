"""The offer to let something pass by itself, after the same decision again and again."""

from decimal import Decimal

import pytest
from django.utils import timezone

from orders.decisions.models import OfferSetAside
from orders.purchasing.actions import approve_lines, decline_lines
from orders.purchasing.lifecycle import AnswerState
from suppliers.policies.models import Policy
from suppliers.policies.records import Bound
from suppliers.policies.terms import Matter
from tests import factories


@pytest.fixture
def approved(cast, propose):
    """Let somebody approve later dates for Acme: ``approved([1, 2, 3], by=max_)``."""

    def decide(days, *, by):
        for later in days:
            proposal = propose(later=later)
            approve_lines(proposal.answer.order, by=by, answer_ids=[proposal.pk], at=timezone.now())

    return decide


def offers(response):
    return [offer.sentence for offer in response.context["offers"]]


def test_five_times_the_same_yes_makes_an_offer(as_, max_, approved, propose, words_of):
    approved([1, 2, 2, 3], by=max_)
    propose(later=9)
    assert offers(as_(max_).get("/decide/")) == []
    approved([3], by=max_)
    response = as_(max_).get("/decide/")
    assert offers(response) == ["You approved 5 of 5 date moves of up to 3 days for Acme Fasteners GmbH"]
    assert "in the last 90 days. Let these pass by themselves?" in words_of(response)


def test_one_no_of_that_size_ends_it(as_, cast, max_, approved, propose):
    approved([2, 2, 2, 2, 3], by=max_)
    no = propose(later=1)
    decline_lines(no.answer.order, by=cast.bea, answer_ids=[no.pk], reason="Not this one", at=timezone.now())
    propose(later=9)
    assert offers(as_(max_).get("/decide/")) == []


def test_whoever_makes_no_policies_is_told_who_does(as_, cast, max_, approved, propose, words_of):
    approved([2, 2, 2, 2, 3], by=max_)
    propose(later=9)
    response = as_(cast.bea).get("/decide/")
    assert offers(response) == [
        "You and your colleagues approved 5 of 5 date moves of up to 3 days for Acme Fasteners GmbH"
    ]
    assert "A manager can let these pass by themselves" in words_of(response)
    assert "Set it up as a policy" not in words_of(response)


def test_what_a_policy_lets_pass_by_now_is_offered_no_more(as_, cast, max_, approved, propose):
    approved([2, 2, 2, 2, 3], by=max_)
    propose(later=9)
    bound = {"upper": Bound(Decimal(2)), "at": timezone.now()}
    factories.policy(cast.northwind, max_, Matter.DATE, supplier=cast.acme, **bound)
    assert len(offers(as_(max_).get("/decide/"))) == 1
    bound["upper"] = Bound(Decimal(3))
    factories.policy(cast.northwind, max_, Matter.DATE, supplier=cast.acme, rank=1, **bound)
    assert offers(as_(max_).get("/decide/")) == []


def test_another_company_s_habits_are_its_own(as_, cast, max_, approved, propose):
    approved([2, 2, 2, 2, 3], by=max_)
    propose(later=9)
    assert offers(as_(cast.boris).get("/decide/")) == []


def test_the_offer_opens_the_form_filled_in_and_nothing_is_saved_yet(as_, cast, max_, approved, propose):
    approved([2, 2, 2, 2, 3], by=max_)
    propose(later=9)
    browser = as_(max_)
    response = browser.get("/decide/")
    (offer,) = response.context["offers"]
    assert offer.url.replace("&", "&amp;") in response.content.decode()
    form = browser.get(offer.url).context["form"]
    wanted = {
        "supplier": str(cast.acme.pk),
        "name": "Acme Fasteners GmbH: date moves of up to 3 days",
        "upper_amount": "3",
        "days": "CALENDAR",
        "reason": f"{offer.sentence} in the last 90 days.",
    }
    assert {name: form[name].value() for name in wanted} == wanted
    assert not Policy.objects.exists()


def test_the_filled_in_form_makes_the_policy_and_the_offer_goes(as_, cast, max_, approved, propose):
    approved([2, 2, 2, 2, 3], by=max_)
    propose(later=9)
    browser = as_(max_)
    (offer,) = browser.get("/decide/").context["offers"]
    form = browser.get(offer.url).context["form"]
    data = {name: form[name].value() or "" for name in form.fields} | {"submission": str(form.submission)}
    assert browser.post(offer.url.partition("?")[0], data).status_code == 302
    assert Policy.objects.get().supplier == cast.acme
    assert offers(browser.get("/decide/")) == []
    assert propose(later=3).state == AnswerState.AGREED


def test_a_link_fills_in_no_more_than_it_may(as_, cast, max_):
    address = f"/policies/company/{cast.northwind.pk}/new/date/"
    form = as_(max_).get(f"{address}?rank=1&starts_on=2020-01-01&name=%00Three").context["form"]
    assert form["rank"].value() == "100"
    assert form["starts_on"].value() != "2020-01-01"
    assert form["name"].value() == "Three"


@pytest.fixture
def offered(cast, max_, approved, propose):
    """An offer stands on the page; return what the button beside it sends."""
    approved([2, 2, 2, 2, 3], by=max_)
    propose(later=9)
    return {"company": cast.northwind.pk, "supplier": cast.acme.pk, "matter": "DATE", "more": "1"}


def test_not_now_sets_an_offer_aside_for_whoever_says_so(as_, cast, max_, offered):
    assert f'name="supplier" value="{cast.acme.pk}"' in as_(max_).get("/decide/").text
    for _ in range(2):  # a double click
        assert as_(max_).post("/decide/offers/not-now/", offered).url == "/decide/"
    assert OfferSetAside.objects.count() == 1
    assert offers(as_(max_).get("/decide/")) == []
    assert len(offers(as_(cast.bea).get("/decide/"))) == 1


def test_what_was_set_aside_comes_back_when_the_time_is_over(as_, max_, offered):
    as_(max_).post("/decide/offers/not-now/", offered)
    OfferSetAside.objects.update(until=timezone.now())
    assert len(offers(as_(max_).get("/decide/"))) == 1


@pytest.mark.parametrize(
    "wrong", [{"matter": "COLOUR"}, {"supplier": "0"}, {"company": "x"}, {"company": "9999"}]
)
def test_what_is_no_offer_is_not_found(as_, max_, offered, wrong):
    assert as_(max_).post("/decide/offers/not-now/", offered | wrong).status_code == 404
    assert not OfferSetAside.objects.exists()
