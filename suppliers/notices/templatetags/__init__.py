"""Template filters of the mails."""
