"""Proposals for the kernel, one file a rule. Nothing here decides anything."""
