"""Hints from other systems that something changed there: an address each, which answers at once."""
