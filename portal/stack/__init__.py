"""Embedded PostgreSQL, broker and supervisor: what the demo and the tests run on."""
