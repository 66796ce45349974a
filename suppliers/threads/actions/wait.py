"""Somebody says by hand who owes an answer, or that none is needed."""

from datetime import datetime

from django.db import transaction

from suppliers.people.models import User
from suppliers.refusal import IllegalMove
from suppliers.threads.actions.holding import write_down
from suppliers.threads.lifecycle import Side
from suppliers.threads.models import Thread


@transaction.atomic
def set_waiting(thread: Thread, *, waiting_for: Side | None, by: User, at: datetime) -> None:
    """Say which side owes an answer; None: nobody does.

    The same twice changes nothing. Raises IllegalMove for internal notes: they wait for nobody.
    """
    thread = Thread.objects.select_for_update(of=("self",)).get(pk=thread.pk)
    if thread.is_internal:
        raise IllegalMove("Internal notes wait for nobody's answer.")
    if thread.waiting_for == (waiting_for or ""):
        return
    thread.waiting_for = waiting_for or ""
    thread.waiting_since = at if waiting_for else None
    thread.save(update_fields=["waiting_for", "waiting_since"])
    owner = {Side.BUYER: thread.about_company, Side.SUPPLIER: thread.about_supplier}
    said = f"needs an answer of {owner[waiting_for]}" if waiting_for else "needs no answer"
    write_down(thread, "thread.waiting", f"{by} noted: {thread.title} {said}.", by=by, at=at)
