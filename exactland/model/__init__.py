"""What a statement is about: numbers, activations, losses, networks, problems.

Standard library only.
"""

from exactland import _when_the_model_is_there

for _call in _when_the_model_is_there:
    _call()
