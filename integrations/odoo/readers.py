"""``@reads(subject)``: who stores what the change feed brings; found at start-up in every app's odoo_pull."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol, TypeVar

from django.core.exceptions import ImproperlyConfigured

from integrations.odoo.models import OdooConnection
from integrations.odoo.records import (
    CommentRecord,
    OrderRecord,
    PartnerRecord,
    ProductRecord,
    ReceiptRecord,
)
from integrations.odoo.subjects import Subject
from integrations.odoo.verbs import Gateway

Records = (
    list[OrderRecord] | list[ReceiptRecord] | list[PartnerRecord] | list[ProductRecord] | list[CommentRecord]
)

# Of these Odoo ids, those the portal shows: the others need not be read.
Wanted = Callable[[OdooConnection, Iterable[int]], Iterable[int]]


class Store(Protocol):
    """Stores records in a transaction of its own and returns how many were new or changed."""

    def __call__(self, connection: OdooConnection, records: Any, /, *, now: datetime) -> int: ...


@dataclass(frozen=True, slots=True)
class Reader:
    """How one subject comes in: who stores it, and of which records the portal wants to know."""

    subject: Subject
    store: Store
    wanted: Wanted | None = None


_readers: dict[Subject, Reader] = {}
_Function = TypeVar("_Function", bound=Callable[..., int])


def reads(subject: Subject, *, wanted: Wanted | None = None) -> Callable[[_Function], _Function]:
    """Register the function below as the one that stores *subject*: see Store.

    It stands in a module named odoo_pull, where start-up finds it, and may get the same records again at any
    time. Raises ImproperlyConfigured when another function stores the subject already.
    """

    def register(store: _Function) -> _Function:
        if subject in _readers:
            raise ImproperlyConfigured(f"Two functions store {subject}: {store.__module__} has one.")
        _readers[subject] = Reader(subject, store, wanted)
        return store

    return register


def registered() -> list[Reader]:
    """Return the readers in the order in which their subjects are read."""
    return [_readers[subject] for subject in Subject if subject in _readers]


class Forget(Protocol):
    """Does what has to be done here about records Odoo no longer has; returns how many it was."""

    def __call__(self, connection: OdooConnection, odoo_ids: Any, /, *, now: datetime) -> int: ...


@dataclass(frozen=True, slots=True)
class Keeper:
    """Who holds mirrors of a model's records, and what happens when Odoo has deleted some of them."""

    subject: Subject
    model: str
    held: Callable[[OdooConnection], Iterable[int]]
    forget: Forget


_keepers: dict[str, Keeper] = {}


def forgets(
    subject: Subject, model: str, *, held: Callable[[OdooConnection], Iterable[int]]
) -> Callable[[_Function], _Function]:
    """Register the function below for records of *model* that were deleted in Odoo: see Forget.

    ``held(connection)`` returns the Odoo ids whose end would matter. The function runs outside of a
    transaction. Raises ImproperlyConfigured when another function has the model already.
    """

    def register(forget: _Function) -> _Function:
        if model in _keepers:
            raise ImproperlyConfigured(f"Two functions forget {model}: {forget.__module__} has one.")
        _keepers[model] = Keeper(subject, model, held, forget)
        return forget

    return register


def keepers() -> list[Keeper]:
    """Return who holds mirrors, in the order in which their subjects are read."""
    subjects = list(Subject)
    return sorted(_keepers.values(), key=lambda keeper: subjects.index(keeper.subject))


def read(gateway: Gateway, subject: Subject, ids: Iterable[int]) -> Records:
    """Read records of a subject by their Odoo ids; raises TryLater and NeedsAttention."""
    verbs: dict[Subject, Callable[[Iterable[int]], Records]] = {
        Subject.ORDERS: gateway.orders,
        Subject.RECEIPTS: gateway.receipts,
        Subject.VENDORS: gateway.vendors,
        Subject.PRODUCTS: gateway.products,
        Subject.COMMENTS: gateway.comments,
    }
    return verbs[subject](ids)
