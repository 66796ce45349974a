"""Periodic and background work on orders: each task makes one call."""

import time
from functools import partial

from celery import shared_task
from django.utils import timezone

from integrations.odoo import deletions, feed
from integrations.odoo.models import OdooConnection
from orders.purchasing.actions import ask_what_comes_due
from orders.purchasing.odoo_pull import apply_orders

_CATCH_UP_SECONDS = 60


@shared_task(name="orders.purchasing.pull_changes")
def pull_changes() -> None:
    """Read what changed in every Odoo; one that fails does not hold up the others."""
    for connection_id in OdooConnection.objects.filter(is_active=True).values_list("pk", flat=True):
        pull_changes_of.delay(connection_id=connection_id)


@shared_task(name="orders.purchasing.pull_changes_of")
def pull_changes_of(*, connection_id: int, again: int = 0) -> None:
    """Read what changed in one Odoo since the last time: orders, and whatever else an app reads.

    *again*: so many times more, a second later each, when somebody else reads it at this moment: that reader
    may have passed what a hint was about.
    """
    connection = OdooConnection.objects.get(pk=connection_id)
    look = feed.poll_all(connection, now=timezone.now())
    if look is not None and look.unfinished:
        catch_up.apply_async(kwargs={"connection_id": connection_id}, expires=30)
    if look is None and again:
        pull_changes_of.apply_async(
            kwargs={"connection_id": connection_id, "again": again - 1}, countdown=1, expires=30
        )


@shared_task(name="orders.purchasing.catch_up")
def catch_up(*, connection_id: int) -> None:
    """Read on, page by page, where a poll left something: the first look at the receipts of a large Odoo.

    Each page begins with the orders. After a while somebody else gets the worker; the next poll goes on.
    """
    connection = OdooConnection.objects.get(pk=connection_id)
    until = time.monotonic() + _CATCH_UP_SECONDS
    while time.monotonic() < until:
        look = feed.poll_all(connection, now=timezone.now())
        if look is None or not look.unfinished:
            return


@shared_task(name="orders.purchasing.ask_what_comes_due")
def ask_what_comes_due_now() -> None:
    """Ask suppliers to confirm again what comes due, as policies have it."""
    ask_what_comes_due(at=timezone.now())


@shared_task(name="orders.purchasing.find_deleted")
def find_deleted() -> None:
    """Look in every Odoo for what was deleted there: the feed cannot see that."""
    for connection_id in OdooConnection.objects.filter(is_active=True).values_list("pk", flat=True):
        find_deleted_in.delay(connection_id=connection_id)


@shared_task(name="orders.purchasing.find_deleted_in")
def find_deleted_in(*, connection_id: int) -> None:
    """Compare ids with one Odoo."""
    deletions.find_deleted(OdooConnection.objects.get(pk=connection_id), now=timezone.now())


@shared_task(name="orders.purchasing.import_orders")
def import_orders(*, connection_id: int) -> None:
    """Read every order of one Odoo for the first time; goes on where an interrupted import stopped."""
    connection = OdooConnection.objects.get(pk=connection_id)
    now = timezone.now()
    feed.import_all(connection, apply=partial(apply_orders, connection, now=now, first_import=True), now=now)
