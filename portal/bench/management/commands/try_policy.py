"""Plays a policy that is not saved yet over many past answers of the bench's first company."""

import json
import time
from datetime import date
from decimal import Decimal
from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.db import connection
from django.utils import timezone

from portal.bench.cast import BUYER
from portal.policies.lab import draft_rule, try_out
from suppliers.people.models import BuyerCompany, User
from suppliers.policies.drafts import Terms
from suppliers.policies.records import Bound, Scope
from suppliers.policies.terms import Days, Matter

# The volume's answers agree with what was asked: let so many have proposed another date.
_DEVIATE = """
WITH chosen AS (
    UPDATE purchasing_lineanswer SET deviations = ARRAY['date'] WHERE id IN (
        SELECT id FROM purchasing_lineanswer WHERE company_id = %s ORDER BY id LIMIT %s) RETURNING id)
UPDATE purchasing_scheduleline SET delivery_on = delivery_on + (line_answer_id %% 15)::int
WHERE line_answer_id IN (SELECT id FROM chosen)
"""


class Command(BaseCommand):
    """For `make bench`: prints how many answers were played and how long that took."""

    help = "Play a policy over past answers and time it."

    def add_arguments(self, parser: CommandParser) -> None:
        """How many answers deviate."""
        parser.add_argument("--answers", type=int, required=True)

    def handle(self, *args: Any, **options: Any) -> None:
        """Let answers deviate, and try a policy out on them."""
        company = BuyerCompany.objects.order_by("pk")[0]
        with connection.cursor() as cursor:
            cursor.execute(_DEVIATE, [company.pk, options["answers"]])
            cursor.execute("VACUUM ANALYZE purchasing_lineanswer, purchasing_scheduleline")
        terms = Terms(date.min, "tried out", upper=Bound(Decimal(5)), days=Days.COMPANY)
        draft = draft_rule(Matter.DATE, Scope(company.pk), terms, name="Up to five days", replaces=None)
        buyer = User.objects.get(email=BUYER)
        began = time.perf_counter()
        lab = try_out(company, buyer, draft, replaces=None, months=120, now=timezone.now())
        seconds = time.perf_counter() - began
        self.stdout.write(
            json.dumps({"answers": lab.total.answers, "gained": lab.gained, "seconds": seconds})
        )
