"""Measures the figures this portal promises, and prints them beside their bars."""
