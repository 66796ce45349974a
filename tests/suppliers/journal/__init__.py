"""Tests of the suppliers wing."""
