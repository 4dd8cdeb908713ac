"""What a statement is about: numbers, activations, losses, networks, problems.

Standard library only.
"""
