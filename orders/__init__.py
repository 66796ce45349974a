"""What was ordered and what was promised."""
