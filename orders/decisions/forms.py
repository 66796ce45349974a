"""The buyer's forms: what to do with what was ticked, and which offer of a policy is not wanted."""

from collections.abc import Sequence

from django import forms
from django.http import QueryDict

from orders.decisions.actions import Wish
from orders.decisions.lifecycle import Verb
from orders.decisions.selection import Selection
from orders.purchasing.hidden_fields import read_id
from suppliers.policies.terms import Matter
from suppliers.refusal import Problem, Refused

_LONGEST_REASON = 500


class ManyForm:
    """What was posted: ``do`` (approve, decline), ``reason``, ``sure``, ``key``, and the selection."""

    def __init__(self, data: QueryDict) -> None:
        self.selection = Selection.read(data)
        self.do = data.get("do", "")
        self.reason = data.get("reason", "").replace("\0", "")[:_LONGEST_REASON]
        self.key = read_id(data.get("key", ""))
        # Scripts show what approving comes to before anything is pressed; without them a page does.
        self.wants_preview = data.get("sure") != "1"
        self.problems: Sequence[Problem] = ()

    def wish(self) -> Wish:
        """Return what is to be decided. Raises Refused when it is neither yes nor no."""
        if self.do not in {"approve", "decline"}:
            raise Refused([Problem("do", f"“{self.do[:20]}”", "Choose to approve or to decline")])
        return Wish(Verb(self.do.upper()), self.key, self.reason)


class AsideForm(forms.Form):
    """Which offer is not wanted; the page fills it in."""

    company = forms.IntegerField(min_value=1)
    supplier = forms.IntegerField(min_value=1)
    matter = forms.ChoiceField(choices=Matter.choices)
    more = forms.BooleanField(required=False)
