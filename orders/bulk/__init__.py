"""Many lines answered at once: drawn up, looked at, then worked off order by order."""
