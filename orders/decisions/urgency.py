"""In which order proposals are looked at: money at stake, times how soon, times how late. Pure."""

from dataclasses import dataclass
from decimal import Decimal

# Needed within so many days from today (past days included): the factor. Later, or no date at all: 1.
SOON: tuple[tuple[int, int], ...] = ((3, 8), (7, 5), (14, 3), (30, 2))
# More than so many days late: the factor. What never comes at all counts like the last.
LATE: tuple[tuple[int, Decimal], ...] = ((7, Decimal(2)), (0, Decimal("1.5")))
LATER, IN_TIME = 1, Decimal(1)


@dataclass(frozen=True, slots=True)
class Place:
    """Why a proposal stands where it does."""

    at_stake: Decimal
    needed_in: int | None  # days from today; negative: the day has passed
    days_late: int
    never: bool = False  # some of it never comes

    @property
    def soon(self) -> int:
        """The factor for how soon the goods are needed."""
        if self.needed_in is None:
            return LATER
        return next((factor for days, factor in SOON if self.needed_in <= days), LATER)

    @property
    def late(self) -> Decimal:
        """The factor for how late they come."""
        if self.never:
            return LATE[0][1]
        return next((factor for days, factor in LATE if self.days_late > days), IN_TIME)

    @property
    def score(self) -> Decimal:
        """The higher, the further up."""
        return self.at_stake * self.soon * self.late


def needed_words(needed_in: int | None) -> str:
    """Say how soon the goods are needed: "in 3 days", "today", "5 days ago"."""
    if needed_in is None:
        return "no date asked for"
    if needed_in == 0:
        return "today"
    count = abs(needed_in)
    words = f"{count} day{'' if count == 1 else 's'}"
    return f"in {words}" if needed_in > 0 else f"{words} ago"


def place_words(place: Place, amount: str) -> str:
    """Say why a proposal stands where it does. *amount* is the money at stake, written with its currency."""
    said = [f"{amount} at stake"]
    if place.soon > LATER:
        most = next(days for days, factor in SOON if factor == place.soon)
        said.append(f"× {place.soon} (needed within {most} days)")
    if place.late > IN_TIME:
        if place.never:
            how = "some of it never comes"
        else:
            how = "more than a week late" if place.late == LATE[0][1] else "late"
        said.append(f"× {place.late.normalize():f} ({how})")
    return " ".join(said)
