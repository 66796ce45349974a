"""The cast, the same in every test: Acme's Alice, Olivia and Rita, Globex's Mallory, and Bea who buys."""

from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from django.db.backends.postgresql.operations import DatabaseOperations
from django.test import Client
from django.test.client import ClientHandler

from orders.purchasing.models import PurchaseOrder
from suppliers.people.models import BuyerCompany, Role, Supplier, User
from suppliers.prepared import Prepared, compose, flat
from tests import factories
from tests.emptying import empty
from tests.web import web_process


@dataclass(frozen=True)
class Cast:
    """Everybody who appears in tests."""

    northwind: BuyerCompany
    acme: Supplier
    globex: Supplier
    alice: User  # sells for Acme
    olivia: User  # owns Acme
    rita: User  # only reads at Acme
    mallory: User  # sells for Globex: a stranger to Acme's orders
    bea: User  # buys for Northwind
    ada: User  # runs the installation
    boris: User  # buys for Southwind: a stranger to Northwind


@pytest.fixture(autouse=True, scope="session")
def only_what_was_written_is_emptied() -> Iterator[None]:
    """Let tests that commit clean up after them: quickly, and in spite of triggers that let nothing go.

    Django would TRUNCATE all tables, which takes as long for an empty one, and then bring back the content
    types and permissions that it took away.
    """
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(DatabaseOperations, "sql_flush", lambda self, *_, **__: empty(self.connection))
        yield


@pytest.fixture(autouse=True, scope="session")
def prepared_queries_compared() -> Iterator[None]:
    """Compose each prepared query anew beside every use: what was filled in must be the same."""
    question = Prepared.question

    def compared(self, *given, **shape):
        kept = self.composed(given, shape)
        fresh = compose(self.compose(*given, **shape), [])
        assert (kept.text, kept.filled(flat(given))) == (fresh.text, list(fresh.parameters))
        return question(self, *given, **shape)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Prepared, "question", compared)
        yield


@pytest.fixture(autouse=True, scope="session")
def requests_begin_behind_the_wall() -> Iterator[None]:
    """Let the requests of tests meet the database as a web process does.

    Tests set the stage in front of the tenant wall. What a page reads before the wall knows whose request it
    is must be hidden here too, so for the length of a request the connection is a web process's.
    """
    answer = ClientHandler.__call__

    def answer_as_the_web(self, environ):
        with web_process():
            return answer(self, environ)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(ClientHandler, "__call__", answer_as_the_web)
        yield


@pytest.fixture
def cast(db: None) -> Cast:
    """The two sides with their people."""
    northwind = factories.company()
    southwind = factories.company("Southwind Trading")
    acme = factories.supplier("Acme Fasteners GmbH", at=northwind)
    globex = factories.supplier("Globex Hydraulics Ltd", at=northwind)
    return Cast(
        northwind=northwind,
        acme=acme,
        globex=globex,
        alice=factories.member(factories.user("Alice Sales"), acme, Role.SALES),
        olivia=factories.member(factories.user("Olivia Owner"), acme, Role.OWNER),
        rita=factories.member(factories.user("Rita Reader"), acme, Role.READ_ONLY),
        mallory=factories.member(factories.user("Mallory Stranger"), globex, Role.SALES),
        bea=factories.member(factories.user("Bea Buyer"), northwind, Role.BUYER),
        ada=factories.user("Ada Administrator", is_staff=True, is_superuser=True),
        boris=factories.member(factories.user("Boris Buyer"), southwind, Role.BUYER),
    )


@pytest.fixture
def order(cast: Cast) -> PurchaseOrder:
    """An order of Northwind at Acme with two lines of 10 pieces at 4.50, wanted on 15 December."""
    return factories.order(cast.acme, cast.northwind)


@pytest.fixture
def as_(cast: Cast):
    """Return a browser in which somebody is logged in: ``as_(cast.alice).get("/")``.

    Whoever must have a second factor has one.
    """

    def browser(person: User) -> Client:
        if person.needs_second_factor:
            factories.second_factor(person)
        client = Client()
        client.force_login(person)
        return client

    return browser
