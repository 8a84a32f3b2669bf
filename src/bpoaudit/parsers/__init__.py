"""Parsers that are native code, or that hold what hostile bytes ask for: run in a process of their own.

A file that crashes a parser, or makes it ask for hundreds of gigabytes, ends that process and nothing
else (`limits`). `readers.child_process` begins and ends the processes. `python -m bpoaudit.parsers` gives
sections of records and serves most formats (`readers.isolated` is the other end of its pipe); those whose
output has another shape are programs of their own: `workbook`, `pdf`, `seven_zip`, `zip_codec`,
`office_password`. Nothing of `readers` is imported here: a process begins in a fraction of a second.
"""
