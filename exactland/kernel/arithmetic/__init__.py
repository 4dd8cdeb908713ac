"""Enclosures of real numbers by balls, and exact numbers."""
