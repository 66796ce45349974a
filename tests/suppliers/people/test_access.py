"""Roles count towards their own side only, and a missing side is nobody's."""

import pytest
from django.core.exceptions import PermissionDenied

from suppliers.journal.actions import Happening, note
from suppliers.people.access import ANSWER_ORDERS, DECIDE_PROPOSALS, MANAGE_PEOPLE, may, require
from suppliers.people.models import Role, User
from tests import factories
from tests.factories import NOW


def test_who_may_answer_and_who_may_decide(cast, order):
    people = [person for person in vars(cast).values() if isinstance(person, User)]
    assert {person for person in people if may(person, order, ANSWER_ORDERS)} == {cast.alice, cast.olivia}
    assert {person for person in people if may(person, order, DECIDE_PROPOSALS)} == {cast.bea}


def test_the_refusal_names_the_roles_it_takes(cast, order):
    with pytest.raises(PermissionDenied, match="Owner or Sales"):
        require(cast.rita, order, ANSWER_ORDERS)
    require(cast.alice, order, ANSWER_ORDERS)


def test_a_role_at_one_supplier_says_nothing_about_another(cast):
    factories.member(cast.alice, cast.globex, Role.OWNER)
    assert may(cast.alice, cast.globex, MANAGE_PEOPLE)
    assert not may(cast.alice, cast.acme, MANAGE_PEOPLE)


def test_a_missing_side_belongs_to_nobody(cast):
    about_acme = note(cast.acme, Happening("x", "x"), by=None, at=NOW)
    about_northwind = note(cast.northwind, Happening("x", "x"), by=None, at=NOW)

    assert about_acme.company_id is None
    assert cast.bea.roles_for(about_acme) == frozenset()
    assert cast.alice.roles_for(about_northwind) == frozenset()
    assert cast.alice.roles_for(about_acme) == {Role.SALES}
