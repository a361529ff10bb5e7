"""Many stacks on one machine at once."""
