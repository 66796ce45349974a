"""The order of the page: money at stake, times how soon it is needed, times how late it comes."""

from decimal import Decimal

import pytest

from orders.decisions.urgency import Place, needed_words, place_words


@pytest.mark.parametrize(
    ("needed_in", "days_late", "never", "score"),
    [
        (90, 0, False, 100),
        (30, 0, False, 200),
        (14, 0, False, 300),
        (7, 0, False, 500),
        (3, 0, False, 800),
        (-20, 0, False, 800),
        (None, 0, False, 100),
        (7, 1, False, 750),
        (7, 7, False, 750),
        (7, 8, False, 1000),
        (7, 0, True, 1000),
    ],
)
def test_the_score(needed_in, days_late, never, score):
    assert Place(Decimal(100), needed_in, days_late, never=never).score == score


def test_the_row_says_why_it_stands_there():
    assert place_words(Place(Decimal(100), 60, 0), "100.00 EUR") == "100.00 EUR at stake"
    assert place_words(Place(Decimal(100), 6, 9), "100.00 EUR") == (
        "100.00 EUR at stake × 5 (needed within 7 days) × 2 (more than a week late)"
    )
    assert place_words(Place(Decimal(100), 6, 2), "1 EUR").endswith("× 1.5 (late)")
    assert place_words(Place(Decimal(100), 40, 0, never=True), "1 EUR").endswith(
        "× 2 (some of it never comes)"
    )


@pytest.mark.parametrize(
    ("days", "words"),
    [(3, "in 3 days"), (1, "in 1 day"), (0, "today"), (-1, "1 day ago"), (None, "no date asked for")],
)
def test_how_soon_in_words(days, words):
    assert needed_words(days) == words
