"""Commands of threads."""
