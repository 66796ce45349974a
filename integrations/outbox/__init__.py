"""Messages to other systems: stored in the transaction of the action, delivered exactly once."""
