"""From bytes to a certificate."""
