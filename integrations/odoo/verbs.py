"""What the portal says to Odoo and asks of it: the verbs every gateway offers."""

from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Protocol

from integrations.odoo.records import (
    AgreedLine,
    ChangedIds,
    CommentRecord,
    Note,
    OrderRecord,
    PartnerRecord,
    Position,
    ProductRecord,
    Question,
    ReceiptRecord,
    ServerIdentity,
)
from integrations.odoo.subjects import Subject, Watch


class Visit(Protocol):
    """What can be done to one order in Odoo. Every verb raises TryLater or NeedsAttention, nothing else.

    Every verb may be repeated: it looks before it writes and reads back what it wrote. A visit lasts for one
    message: its verbs share one look at the order, until one of them writes.
    """

    def write_agreement(self, lines: Iterable[AgreedLine], *, receipt_at: datetime | None) -> None:
        """Write agreed date, quantity and price of each line, move open receipts to *receipt_at*, read back.

        Raises NeedsAttention (conflict) when a line holds neither its base nor its agreed values, when it is
        gone, or when the order is cancelled; nothing is written then.
        """

    def acknowledge(self) -> None:
        """Set the acknowledgement flag of this Odoo version."""

    def confirm_rfq(self) -> None:
        """Confirm a request for quotation in state sent; one that is confirmed already is left alone."""

    def note_supplier_reference(self, reference: str, *, former: str = "") -> None:
        """Write the supplier's own order number, where this version holds it harmlessly.

        What a buyer typed there stands; *former* is what the supplier had told us before.
        """

    def post_note(self, note: Note) -> None:
        """Put a note into the order's chatter, once."""

    def rewrite_note(self, note: Note) -> None:
        """Let a note of ours say something else; without files in *note* it loses those it has.

        A note that is not there (yet) stays away.
        """

    def ask_buyer(self, question: Question) -> None:
        """Put an activity on the order, once."""

    def close_question(self, external_id: str, *, words: str) -> None:
        """Mark an activity of ours as done and say why in plain *words*; it need not be there any more."""


class Gateway(Protocol):
    """Our verbs towards one Odoo database. Every verb raises TryLater or NeedsAttention, nothing else.

    Where companies may be None, that means all that our user in Odoo may see.
    """

    def identify(self) -> ServerIdentity:
        """Say which server this is, as whom we are there and what we may do."""

    def clock(self) -> datetime:
        """Return the server's own clock (aware UTC) at its last answer; positions are in its time."""

    def count_orders(self, company_ids: Iterable[int]) -> int:
        """Count the orders a first import will read (states sent, purchase, locked, cancelled)."""

    def order_pages(
        self, company_ids: Iterable[int], *, after_id: int = 0, size: int = 500
    ) -> Iterator[list[OrderRecord]]:
        """Yield all orders with their lines by ascending id, for a first import; reads one page ahead."""

    def offers(self, subject: Subject) -> bool:
        """Say whether this database has what is needed to read a subject; a module may be missing."""

    def changed(
        self, watch: Watch, company_ids: Iterable[int] | None, since: Position, *, limit: int = 500
    ) -> ChangedIds:
        """Return the ids of what was written behind *since*, oldest first; one call when little changed."""

    def existing(self, model: str, ids: Iterable[int]) -> set[int]:
        """Return those of the ids that Odoo still has (and shows us), in one call that reads nothing else."""

    def orders(self, order_ids: Iterable[int]) -> list[OrderRecord]:
        """Read orders with their lines; those that are gone in Odoo are left out."""

    def receipts(self, receipt_ids: Iterable[int]) -> list[ReceiptRecord]:
        """Read receipts with what they hold of purchase orders; those that are gone are left out."""

    def vendors(self, partner_ids: Iterable[int]) -> list[PartnerRecord]:
        """Read vendors; ids of contacts and of what is gone are left out."""

    def products(self, product_ids: Iterable[int]) -> list[ProductRecord]:
        """Read products; those that are gone are left out."""

    def comments(self, comment_ids: Iterable[int]) -> list[CommentRecord]:
        """Read what people of the buyer wrote to vendors; what is gone is left out, large files as well."""

    def visit(self, order_id: int, *, first: bool = False) -> "Visit":
        """Begin to do what one message asks for on one order; nothing is read before a verb needs it.

        *first*: the message was never tried before, so what it creates need not be looked for.
        """
