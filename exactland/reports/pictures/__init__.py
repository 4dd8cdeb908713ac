"""Pictures of what was verified."""
