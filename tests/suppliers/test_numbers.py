"""Whole numbers in addresses and forms: nothing typed there asks for what the database cannot hold."""

import pytest

from suppliers.numbers import whole_number


@pytest.mark.parametrize(("text", "number"), [("0", 0), ("17", 17), ("9" * 18, 10**18 - 1)])
def test_a_whole_number_is_read(text, number):
    assert whole_number(text) == number


@pytest.mark.parametrize("text", [None, "", "-1", "1.5", "x", "1e3", "²", "9" * 19])
def test_anything_else_is_none(text):
    assert whole_number(text) is None
