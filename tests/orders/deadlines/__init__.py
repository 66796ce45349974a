"""Tests of deadlines, reminders and escalation."""
