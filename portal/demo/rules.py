"""The policies, and the time to answer, that Northwind's manager has set before the visitor comes."""

from datetime import datetime, timedelta
from decimal import Decimal
from uuid import uuid4
from zoneinfo import ZoneInfo

from orders.deadlines.actions import set_answer_terms
from orders.deadlines.drafts import TermsDraft
from suppliers.people.models import BuyerCompany, Supplier, User
from suppliers.policies.actions import create_policy, replace_policy, set_company_calendar
from suppliers.policies.drafts import Target, Terms
from suppliers.policies.models import Policy
from suppliers.policies.records import Bound
from suppliers.policies.terms import Beyond, Days, Matter


def make_policies(company: BuyerCompany, supplier: Supplier, by: User, *, now: datetime) -> int:
    """Make them as of two months ago; return how many. None the second time."""
    if Policy.objects.filter(company=company).exists():
        return 0
    began = now - timedelta(days=60)
    first_day = began.astimezone(ZoneInfo(company.time_zone)).date()
    set_company_calendar(company, by=by, country="BE", subdivision="", closed_days=[], at=began)
    some_days = Terms(
        first_day,
        "Our warehouse can live with a day.",
        lower=Bound(Decimal(2)),
        upper=Bound(Decimal(1)),
        days=Days.COMPANY,
    )
    dates = create_policy(
        company,
        by=by,
        target=Target("Delivery dates", Matter.DATE),
        terms=some_days,
        submission=uuid4(),
        at=began,
    )
    changed = began + timedelta(days=30)
    more_days = Terms(
        changed.astimezone(ZoneInfo(company.time_zone)).date(),
        "Most approvals were for two or three days; nobody ever said no.",
        lower=Bound(Decimal(5)),
        upper=Bound(Decimal(3)),
        days=Days.COMPANY,
    )
    replace_policy(dates.policy, by=by, terms=more_days, after=1, submission=uuid4(), at=changed)
    prices = Terms(
        first_day,
        "A cent is not worth a mail; cheaper is always welcome.",
        lower=Bound(percent=Decimal(100)),
        upper=Bound(percent=Decimal(1)),
    )
    create_policy(
        company,
        by=by,
        target=Target("Prices", Matter.PRICE),
        terms=prices,
        submission=uuid4(),
        at=began,
    )
    frame = Terms(
        first_day,
        "Frame agreement of May: quantities are binding, cuttings aside.",
        lower=Bound(percent=Decimal(5)),
        upper=Bound(percent=Decimal(5)),
        beyond=Beyond.REFUSE,
    )
    create_policy(
        company,
        by=by,
        target=Target("Frame agreement", Matter.QUANTITY, supplier_id=supplier.pk),
        terms=frame,
        submission=uuid4(),
        at=began,
    )
    often_asked = Terms(
        first_day,
        "Half of our late deliveries were known at the supplier a week before.",
        upper=Bound(Decimal(5)),
        days=Days.COMPANY,
    )
    create_policy(
        company,
        by=by,
        target=Target("A week before delivery", Matter.AGAIN),
        terms=often_asked,
        submission=uuid4(),
        at=began,
    )
    set_answer_terms(
        company,
        by=by,
        supplier_id=None,
        draft=TermsDraft(
            hours=24,
            again_hours=8,
            interval=4,
            starts_on=first_day,
            reason="Three days to answer; what is near cannot wait that long.",
        ),
        after=0,
        submission=uuid4(),
        at=began,
    )
    return 4
