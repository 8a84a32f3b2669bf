"""Parse PDF files, one after another."""
