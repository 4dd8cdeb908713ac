"""Certificates as values."""
