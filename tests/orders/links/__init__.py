"""Tests of links in mails."""
