"""HTML pages and the tables in them."""
