"""Template tags of sheets."""
