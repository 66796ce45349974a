"""Template tags of links in mails."""
