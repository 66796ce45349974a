"""Threads: what people write to each other about an order, a line, or any other row both sides share."""
