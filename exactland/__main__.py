"""`python -m exactland`."""

from exactland.cli.main import run

run()
