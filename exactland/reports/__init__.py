"""What was verified, for readers."""
