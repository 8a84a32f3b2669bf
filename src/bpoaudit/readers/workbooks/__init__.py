"""Workbooks: cells, and all that stands beside them."""
