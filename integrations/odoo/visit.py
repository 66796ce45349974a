"""A visit to one order in Odoo: all that one message asks for, with one look before."""

from collections.abc import Iterable
from datetime import datetime

from integrations.odoo import chatter, confirming
from integrations.odoo.agreement import AgreementWriter
from integrations.odoo.order_row import OrderRow
from integrations.odoo.records import AgreedLine, Note, Question


class OdooVisit:
    """See verbs.Visit for what each verb promises."""

    def __init__(self, row: OrderRow, writer: AgreementWriter, *, today: datetime, first: bool) -> None:
        self._row, self._writer, self._today, self._first = row, writer, today, first

    def write_agreement(self, lines: Iterable[AgreedLine], *, receipt_at: datetime | None) -> None:
        """See Visit."""
        self._writer.write(self._row, lines, receipt_at=receipt_at)

    def acknowledge(self) -> None:
        """See Visit; where this database has no such flag, there is nothing to set."""
        confirming.acknowledge(self._row)

    def confirm_rfq(self) -> None:
        """See Visit."""
        confirming.confirm_rfq(self._row)

    def note_supplier_reference(self, reference: str, *, former: str = "") -> None:
        """See Visit."""
        confirming.note_supplier_reference(self._row, reference, former=former)

    def post_note(self, note: Note) -> None:
        """See Visit."""
        chatter.post_note(self._row, note, look=not self._first)

    def rewrite_note(self, note: Note) -> None:
        """See Visit."""
        chatter.rewrite_note(self._row.client, note)

    def ask_buyer(self, question: Question) -> None:
        """See Visit; due on the day Odoo's clock shows."""
        chatter.ask_buyer(self._row, question, on=self._today.date(), look=not self._first)

    def close_question(self, external_id: str, *, words: str) -> None:
        """See Visit."""
        chatter.close_question(self._row, external_id, words=words)
