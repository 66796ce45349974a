"""Answers by spreadsheet: what the list shows as a sheet to fill in, and what comes back."""
