"""Enclosures, exact linear algebra and floats for those who propose."""
