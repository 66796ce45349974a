"""When a supplier works: time zone, hours of the week, public holidays and closed days of its own."""
