"""Stand-in for the official `eks` component provider: the thin form of `eks.Cluster`."""
