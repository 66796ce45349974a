"""Messages between and within both sides."""
