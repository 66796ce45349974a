"""Other systems, and getting messages there and back exactly once."""
