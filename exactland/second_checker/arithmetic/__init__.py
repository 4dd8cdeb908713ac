"""Rationals, balls and formal numbers."""
