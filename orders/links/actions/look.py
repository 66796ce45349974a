"""A link was opened: nothing happens but that it is counted, people apart from machines."""

from datetime import datetime

from django.db.models import F
from django.db.models.functions import Coalesce

from orders.links.models import AnswerLink
from orders.links.rules import Visitor


def note_look(link: AnswerLink, visitor: Visitor, *, at: datetime) -> None:
    """Count who opened a link; one statement, which locks nothing for longer than itself."""
    this = AnswerLink.objects.filter(pk=link.pk)
    if visitor is Visitor.PERSON:
        first = Coalesce(F("first_opened_at"), at)
        this.update(opened=F("opened") + 1, first_opened_at=first, last_opened_at=at)
    elif visitor is Visitor.UNKNOWN:
        this.update(glances=F("glances") + 1, last_glance_at=at)
    else:
        this.update(scans=F("scans") + 1, last_scan_at=at)
