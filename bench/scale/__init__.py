"""What many node groups cost."""
