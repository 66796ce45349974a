"""Answering an order in a grid of cells, and the draft that is kept while one types."""
