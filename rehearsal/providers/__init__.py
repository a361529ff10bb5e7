"""Provider plugins that stand in for the official ones in a rehearsal."""
