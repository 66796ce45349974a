"""Mail to people, stored before it is sent."""
