"""What is claimed, and whether it is right."""
