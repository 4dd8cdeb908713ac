"""Many questions at once: the core set, phase diagrams, statistics."""
