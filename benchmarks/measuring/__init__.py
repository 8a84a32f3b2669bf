"""Measuring detection: labelled sets, the engines that are compared, scores and pages."""
