"""`python -m exactland`."""

from exactland.cli import run

run()
