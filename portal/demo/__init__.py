"""The demo's people and what they have been doing: only there when QUAYSIDE_DEMO is set."""
