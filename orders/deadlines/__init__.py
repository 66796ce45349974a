"""Until when a supplier is to answer: clocks in its working hours, reminders, escalation."""
