"""Policies: how far a supplier's answer may deviate before a buyer must decide, and what may be proposed."""
