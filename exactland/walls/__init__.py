"""Theorems on paper by which an activation has no bad basin."""
