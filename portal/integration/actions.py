"""What administrators do at the integration desk: each verb acts on what is theirs and says what it did."""

from collections.abc import Collection
from datetime import datetime, timedelta
from functools import partial

from django.core.cache import cache
from django.db import transaction

from integrations.odoo import circuit
from integrations.odoo.models import ImportRun, OdooConnection
from integrations.odoo.tasks import test_connection
from integrations.outbox import engine, handling
from integrations.outbox.handling import Edit, NotPossible, Person
from integrations.outbox.models import OutboxMessage
from orders.purchasing.tasks import import_orders
from portal.integration.health import is_being_read
from portal.integration.queue import MOST_AT_ONCE, Filters, matching
from portal.integration.scope import Desk
from suppliers.journal.actions import Happening, note
from suppliers.people.models import User
from suppliers.refusal import IllegalMove
from suppliers.tenancy import wall

# A press of "Read all orders" is taken once within this time; then the run itself shows.
_ASKED_SECONDS = 30
# A test whose worker was lost may be asked for again.
_PATIENCE = timedelta(minutes=2)


def send_again(desk: Desk, ids: Collection[int], *, now: datetime) -> int:
    """Send these messages again, as far as they are this person's; return how many.

    One with a change that waits for a second person is left alone: it would go out as it was.
    """
    undecided = desk.own_messages().filter(pk__in=ids, proposed_edit__isnull=True)
    return engine.retry(list(undecided.values_list("pk", flat=True)), by_name=str(desk.user), now=now)


def send_all_again(desk: Desk, filters: Filters, *, now: datetime) -> int:
    """Send everything again that the filters mean, at most MOST_AT_ONCE; return how many."""
    found = matching(desk.own_messages(), desk, filters, now=now).filter(proposed_edit__isnull=True)
    ids = list(found.order_by("pk").values_list("pk", flat=True)[:MOST_AT_ONCE])
    return engine.retry(ids, by_name=str(desk.user), now=now)


def give_up(desk: Desk, ids: Collection[int], *, now: datetime) -> int:
    """Never send these messages; what follows them goes on. Return how many."""
    return engine.give_up(_own(desk, ids), by_name=str(desk.user), now=now)


def put_off(desk: Desk, ids: Collection[int], *, until: datetime | None, now: datetime) -> int:
    """Keep these messages out of the open ones until then; None shows them again. Return how many."""
    return handling.put_off(_own(desk, ids), until=until, by=person(desk.user), now=now)


def assign(desk: Desk, ids: Collection[int], *, to: int | None, now: datetime) -> int:
    """Hand these messages to a colleague, or to nobody; return how many.

    Raises IllegalMove for somebody who could not act on them.
    """
    receiver = {user.pk: user for user in desk.people()}.get(to) if to else None
    if to and receiver is None:
        raise IllegalMove("That person is not an administrator of the same companies.")
    taker = person(receiver) if receiver else None
    return handling.assign(_own(desk, ids), to=taker, by=person(desk.user), now=now)


def change(desk: Desk, message: OutboxMessage, edit: Edit, *, now: datetime) -> bool:
    """Change what a message says and send it again, or propose that; return whether it was done at once.

    Raises IllegalMove when that is not possible now.
    """
    try:
        return handling.change_payload(message.pk, edit, by=person(desk.user), now=now)
    except NotPossible as error:
        raise IllegalMove(str(error)) from error


def approve(desk: Desk, message: OutboxMessage, *, now: datetime) -> None:
    """Agree to somebody else's change. Raises IllegalMove when that is not possible."""
    try:
        handling.approve_edit(message.pk, by=person(desk.user), now=now)
    except NotPossible as error:
        raise IllegalMove(str(error)) from error


def drop(desk: Desk, message: OutboxMessage, *, reason: str, now: datetime) -> None:
    """Decline a change, or take one's own back. Raises IllegalMove when there is none."""
    try:
        handling.drop_edit(message.pk, by=person(desk.user), reason=reason, now=now)
    except NotPossible as error:
        raise IllegalMove(str(error)) from error


def ask_for_test(connection: OdooConnection, *, now: datetime) -> None:
    """Have a worker ask the server; a request must not, it runs in a transaction."""
    if connection.is_being_tested and connection.test_asked_at and now - connection.test_asked_at < _PATIENCE:
        return
    OdooConnection.objects.filter(pk=connection.pk).update(test_asked_at=now)
    ask = partial(test_connection.apply_async, kwargs={"connection_id": connection.pk}, retry=False)
    transaction.on_commit(ask, robust=True)


def read_all_orders(connection: OdooConnection, *, now: datetime) -> bool:
    """Have a worker of the bulk queue read every order; return whether it was asked for now.

    False when it is being read already, or was asked for a moment ago: a second run beside the first would
    find the feed taken and end.
    """
    unfinished = ImportRun.objects.filter(connection=connection, finished_at__isnull=True)
    if is_being_read(connection, now=now) and unfinished.exists():
        return False
    if not cache.add(f"read-all-orders:{connection.pk}", 1, _ASKED_SECONDS):
        return False
    unfinished.update(fault="")
    ask = partial(
        import_orders.apply_async, kwargs={"connection_id": connection.pk}, queue="bulk", retry=False
    )
    transaction.on_commit(ask, robust=True)
    return True


@transaction.atomic
def pause(desk: Desk, connection: OdooConnection, *, reason: str, now: datetime) -> bool:
    """Stop all calls to an Odoo until somebody resumes; return whether they were going on until now."""
    if not circuit.pause(connection.pk, by_name=str(desk.user), reason=reason, now=now):
        return False
    told = Happening("connection.paused", f"{desk.user} paused the connection {connection}.", reason=reason)
    _note(connection, told, by=desk.user, at=now)
    return True


@transaction.atomic
def resume(desk: Desk, connection: OdooConnection, *, now: datetime) -> bool:
    """Let calls go on; what waited is sent in order. Return whether it was paused."""
    if not circuit.resume(connection.pk, now=now):
        return False
    told = Happening("connection.resumed", f"{desk.user} let the connection {connection} go on.")
    _note(connection, told, by=desk.user, at=now)
    return True


def _note(connection: OdooConnection, told: Happening, *, by: User, at: datetime) -> None:
    """Write the journal of each company behind a connection; whoever runs the installation is of none."""
    companies = list(connection.companies.all())
    with wall(suppliers=frozenset(), companies=frozenset(company.pk for company in companies)):
        for company in companies:
            note(company, told, by=by, at=at)


def person(user: User) -> Person:
    """Return somebody as the outbox knows people."""
    return Person(user.pk, str(user))


def _own(desk: Desk, ids: Collection[int]) -> list[int]:
    return list(desk.own_messages().filter(pk__in=ids).values_list("pk", flat=True))
