"""Untrusted search: training in floats, Newton polishing in high precision.

Nothing found here is believed by anything.
"""
