"""Stand-in for the official `kubernetes` provider: it can be configured, and has no resources."""
