"""Parse PDF files in a process of its own. Nothing else of the package is imported here."""
