"""Which proposals somebody means: those they ticked, or all that the filters show; and what they come to."""

from dataclasses import dataclass
from datetime import date

from django.http import QueryDict

from orders.decisions.filters import Filters
from orders.decisions.queue import Totals, Waiting, chosen, totals, weigh
from orders.decisions.reading import open_proposals
from orders.decisions.records import OpenProposal
from orders.decisions.sentences import days, value_sentence
from orders.purchasing.models import LineAnswer
from suppliers.people.access import DECIDE_PROPOSALS
from suppliers.people.models import User

_LONGEST_QUERY = 500


@dataclass(frozen=True, slots=True)
class Selection:
    """What was ticked. ``query`` is that of the page it was ticked on, ``newest`` the newest it knew of."""

    proposal_ids: tuple[int, ...] = ()
    everything: bool = False
    query: str = ""
    newest: int = 0

    @classmethod
    def read(cls, data: QueryDict) -> "Selection":
        """Read a posted selection: ``proposal`` (any number), ``all``, ``query``, ``newest``."""
        ids = (text for text in data.getlist("proposal") if text.isdecimal() and len(text) < 19)
        newest = data.get("newest", "")
        return cls(
            tuple(dict.fromkeys(map(int, ids))),
            data.get("all") == "1",
            data.get("query", "").replace("\0", "")[:_LONGEST_QUERY],
            int(newest) if newest.isdecimal() and len(newest) < 19 else 0,
        )

    @property
    def filters(self) -> Filters:
        """The filters of the page."""
        return Filters.read(QueryDict(self.query.removeprefix("?")))


def proposals_meant(user: User, selection: Selection) -> list[OpenProposal]:
    """Return what is meant, still waits, and may be decided by this person: one query.

    What came in after the page was shown is not among it: nobody has looked at that.
    """
    companies = {member.company_id for member in user.active_memberships if member.role in DECIDE_PROPOSALS}
    found = [one for one in open_proposals(user) if one.company_id in companies]
    if selection.everything:
        shown = chosen(found, selection.filters, name=user.name)
        return [one for one in shown if one.pk <= selection.newest]
    wanted = set(selection.proposal_ids)
    return [one for one in found if one.pk in wanted]


def knows_any(user: User, selection: Selection) -> bool:
    """Whether any of what was ticked exists for this person, decided or not."""
    return LineAnswer.objects.visible_to(user).filter(pk__in=selection.proposal_ids).exists()


@dataclass(frozen=True, slots=True)
class Outlook:
    """What approving some proposals would come to."""

    totals: Totals
    late: int  # so many come late
    days_late: int  # by up to so many days
    never: int  # of so many, some or all never comes

    @property
    def words(self) -> str:
        """Say it in one line, without how many there are: "raises them by 40.00 EUR; lets 3 come late"."""
        them = "the order" if self.totals.orders == 1 else "them"
        said = [
            value_sentence(amount, code).replace("the order", them)
            for code, amount in self.totals.money.items()
        ]
        if self.late:
            said.append(f"lets {self.late} come late by up to {days(self.days_late)}")
        if self.never:
            said.append(f"leaves {self.never} incomplete")
        return "; ".join(said) or "changes nothing in value or time"


def outlook_of(found: list[OpenProposal], *, on: date) -> Outlook:
    """Add up what approving these would come to."""
    weighed: list[Waiting] = [weigh(one, on=on) for one in found]
    late = [one.effect.days_late for one in weighed if one.effect.late]
    return Outlook(
        totals(weighed), len(late), max(late, default=0), sum(bool(one.effect.never) for one in weighed)
    )
