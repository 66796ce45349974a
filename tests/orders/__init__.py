"""Tests of the orders wing."""
