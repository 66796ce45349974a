"""The agreed order as a document: one PDF per revision, many at once as a ZIP."""
