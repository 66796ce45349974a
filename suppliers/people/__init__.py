"""Users, suppliers, buyer companies, roles: who is who."""
