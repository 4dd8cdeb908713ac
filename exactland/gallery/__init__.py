"""The built-in cases: problems with what is known of them."""
