"""Single keys that act on pages can be switched off by whoever they disturb (WCAG 2.1.4)."""

from typing import NamedTuple

from django.contrib.sessions.backends.base import SessionBase

from orders.decisions.models import Keyboard
from suppliers.people.models import User

# Asked for on every page, so it is kept in the session and read from the database once in each.
_IN_SESSION = "keys"


class Key(NamedTuple):
    """A key and what it does."""

    name: str
    does: str


EVERYWHERE = (
    Key("/", "Search"),
    Key("j", "Next row"),
    Key("k", "Previous row"),
    Key("Enter", "Open the row"),
    Key("x", "Choose the row, or take it out again"),
    Key("?", "Show these keys"),
)
DECIDING = (
    Key("a", "Approve"),
    Key("d", "Decline: asks for the reason"),
    Key("c", "Counter: opens the form"),
    Key("Esc", "Close what was opened"),
)


def keys_are_on(user: User, session: SessionBase) -> bool:
    """Whether single keys act for this person."""
    said = session.get(_IN_SESSION)
    if said is None:
        said = not Keyboard.objects.filter(user=user, is_on=False).exists()
        session[_IN_SESSION] = said
    return bool(said)


def switch_keys(user: User, session: SessionBase, *, on: bool) -> None:
    """Remember whether single keys act for this person, here and wherever they log in next."""
    Keyboard.objects.update_or_create(user=user, defaults={"is_on": on})
    session[_IN_SESSION] = on
