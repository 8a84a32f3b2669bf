"""Render results. Every report is made from an `AuditResult` and from nothing else."""
