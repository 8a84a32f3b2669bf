"""Images and recordings."""
