"""Columnar files, databases, statistics, SQL dumps."""
