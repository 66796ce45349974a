"""The home page, the frame around every page, and the health check."""
