"""What needs somebody: raised and cleared by the same rule."""
