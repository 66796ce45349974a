"""``@talked_about(kind)``: what people can write about; found at start-up in every app's matters.py."""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from django.core.exceptions import ImproperlyConfigured

from suppliers.people.models import User
from suppliers.threads.models import Message


@dataclass(frozen=True, slots=True)
class Matter:
    """Something people write about: a row both sides share, and the document on whose page it stands.

    ``title`` names it for people who are elsewhere ("Order P00042, line 3 (FST-1)"); ``url`` is the
    address of the document's page.
    """

    subject: Any
    document: Any
    title: str
    url: str

    @property
    def kind(self) -> str:
        """The subject's kind, as threads store it."""
        return str(self.subject._meta.model_name)

    @property
    def document_kind(self) -> str:
        """The document's kind."""
        return str(self.document._meta.model_name)


class Happened(StrEnum):
    """What was done with a message."""

    POSTED = "posted"
    EDITED = "edited"
    REDACTED = "redacted"


# Finds a matter among the rows a person may see; None for strangers and for what does not exist.
Finder = Callable[[User, int], Matter | None]
# Is told, inside the action's transaction, what was done with a message about this kind of subject.
Listener = Callable[[Message, Happened], None]

_finders: dict[str, Finder] = {}
_listeners: dict[str, list[Listener]] = {}


def talked_about(kind: str) -> Callable[[Finder], Finder]:
    """Register the function below as the one that finds subjects of a kind (the model's name).

    It stands in a module named matters, where start-up finds it. Raises ImproperlyConfigured when another
    function has the kind already.
    """

    def register(find: Finder) -> Finder:
        if kind in _finders:
            raise ImproperlyConfigured(f"Two functions find {kind}: {find.__module__} has one.")
        _finders[kind] = find
        return find

    return register


def find_matter(kind: str, pk: int, viewer: User) -> Matter | None:
    """Return what a person wants to talk about, None when there is no such thing for them."""
    find = _finders.get(kind)
    return find(viewer, pk) if find else None


def listen(*kinds: str) -> Callable[[Listener], Listener]:
    """Register the function below to be told what is done with messages about these kinds of subject."""

    def register(listener: Listener) -> Listener:
        for kind in kinds:
            _listeners.setdefault(kind, []).append(listener)
        return listener

    return register


def tell_listeners(message: Message, happened: Happened) -> None:
    """Tell whoever listens, inside the action's transaction."""
    for listener in _listeners.get(message.thread.subject_type, []):
        listener(message, happened)
