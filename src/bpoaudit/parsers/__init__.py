"""Parsers that are native code, or that hold what hostile bytes ask for: run in a process of their own.

`python -m bpoaudit.parsers` reads one request and writes what is in the file to standard output;
`readers.isolated` is the other end of the pipe. A file that crashes a parser, or makes it ask for
hundreds of gigabytes, ends that process and nothing else. Nothing of `readers` is imported here: a
process begins in a fraction of a second.
"""
