"""Purchase orders, their revisions and the answers to them."""
