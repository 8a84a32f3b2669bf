"""Inputs made to bring an audit down: each module has the makers of one kind, listed in its `CLASSES`."""
