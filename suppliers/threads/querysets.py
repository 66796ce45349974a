"""The reading vocabulary of threads and their messages."""

from datetime import datetime
from typing import Any, Protocol, Self

from django.db.models import BigIntegerField, F, FilteredRelation, Q, Value
from django.db.models.functions import Coalesce

from suppliers.tenancy import TenantQuerySet, Viewer
from suppliers.threads.lifecycle import Side


class Reader(Viewer, Protocol):
    """Somebody with an account, who has read so far and no further."""

    @property
    def pk(self) -> Any: ...

    @property
    def date_joined(self) -> datetime: ...


def owed_by(user: Viewer) -> Q:
    """Return the condition that the user's side owes an answer."""
    return Q(waiting_for=Side.BUYER, company_id__in=sorted(user.company_ids)) | Q(
        waiting_for=Side.SUPPLIER, supplier_id__in=sorted(user.supplier_ids)
    )


class ThreadQuerySet(TenantQuerySet):
    """Threads. An internal one has one side only, so ``visible_to`` hides it from the other."""

    def about(self, kind: str, pk: int) -> Self:
        """The threads of one subject: the shared one, and one side's notes."""
        return self.filter(subject_type=kind, subject_id=pk)

    def of_document(self, kind: str, pk: int) -> Self:
        """The threads of a document and of everything on its page."""
        return self.filter(document_type=kind, document_id=pk)

    def waiting_for(self, user: Viewer) -> Self:
        """Threads in which the user's side owes an answer."""
        return self.filter(owed_by(user))

    def waiting_for_others(self, user: Viewer) -> Self:
        """Threads in which the other side owes an answer."""
        return self.filter(
            Q(waiting_for=Side.SUPPLIER, company_id__in=sorted(user.company_ids))
            | Q(waiting_for=Side.BUYER, supplier_id__in=sorted(user.supplier_ids))
        )

    def with_marks_of(self, user: Reader) -> Self:
        """Add ``read_up_to``: the last message this person has seen.

        What was written before they had an account counts as seen: nobody begins with a thousand unread.
        """
        return self.annotate(
            mark=FilteredRelation("marks", condition=Q(marks__user=user.pk)),
            read_up_to=Coalesce(F("mark__message_id"), Value(0), output_field=BigIntegerField()),
        )

    def unread_by(self, user: Reader) -> Self:
        """Threads in which somebody else wrote since this person last looked."""
        return self.with_marks_of(user).filter(
            Q(last_message_id__gt=F("read_up_to"), last_at__gte=user.date_joined)
        )
