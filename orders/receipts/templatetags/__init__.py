"""Template tags of receipts."""
