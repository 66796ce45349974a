"""Decisions: what suppliers propose, in the order in which buyers should look at it, one or many at once."""
