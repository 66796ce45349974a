"""What I was told and how I want to be told: the bell, preferences, absence, digests."""
