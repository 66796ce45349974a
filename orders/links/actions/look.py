"""A link was opened: nothing happens but that it is counted, people apart from machines."""

from datetime import datetime

from django.db.models import F
from django.db.models.functions import Coalesce

from orders.links.models import AnswerLink
from orders.links.rules import Visitor
from suppliers.notices.actions import mark_opened
from suppliers.people.models import User


def note_look(link: AnswerLink, visitor: Visitor, *, reader: User | None, at: datetime) -> None:
    """Count who opened a link; when it was its reader, their mails about the order were read too."""
    this = AnswerLink.objects.filter(pk=link.pk)
    if visitor is Visitor.PERSON:
        first = Coalesce(F("first_opened_at"), at)
        this.update(opened=F("opened") + 1, first_opened_at=first, last_opened_at=at)
        if reader is not None and reader.pk is not None:
            mark_opened(link.order, by=reader, at=at)
    elif visitor is Visitor.UNKNOWN:
        this.update(glances=F("glances") + 1, last_glance_at=at)
    else:
        this.update(scans=F("scans") + 1, last_scan_at=at)
