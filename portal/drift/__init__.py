"""Pages of the reports of reconciliation."""
