"""What is to be done about an event, and the page on which it is done. Pure but for addresses."""

from dataclasses import dataclass

from django.urls import NoReverseMatch, reverse


@dataclass(frozen=True, slots=True)
class Work:
    """A kind of work, the words of its button, and where that leads: to exactly what waits."""

    rank: int
    title: str
    button: str
    page: str
    query: str = ""

    @property
    def path(self) -> str:
        """The page's path; the worklist where this installation has no such page."""
        try:
            return reverse(self.page) + self.query
        except NoReverseMatch:
            return reverse("home:worklist")


_ANSWER = Work(1, "Orders that wait for your answer", "Confirm or change", "orders:list", "?state=confirm")
_DECIDE = Work(2, "Proposals to decide", "Decide", "decisions:list")
_SILENT = Work(3, "Suppliers that do not answer", "See what they owe", "orders:list", "?state=confirm")
_WRITTEN = Work(4, "Messages", "Read and answer", "threads:list")
_DECIDED = Work(5, "Decisions on what you proposed", "See what is agreed", "orders:list", "?state=agreed")
_REST = Work(6, "Good to know", "See everything", "inbox:list")

_WORK = {
    "order_new": _ANSWER,
    "order_changed": _ANSWER,
    "order_countered": _ANSWER,
    "order_forwarded": _ANSWER,
    "order_reconfirm": _ANSWER,
    "order_reminder": _ANSWER,
    "order_link": _ANSWER,
    "order_proposed": _DECIDE,
    "order_silent": _SILENT,
    "message_new": _WRITTEN,
    "order_decided": _DECIDED,
}


def work_of(event: str) -> Work:
    """Return what is to be done about an event."""
    return _WORK.get(event, _REST)
