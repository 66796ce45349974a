"""Answering an order without logging in: a link in the mail, a code on a device's first use, a page."""
