"""The command line. Results on stdout, progress and notes on stderr."""
