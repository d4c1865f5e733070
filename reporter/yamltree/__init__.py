"""YAML text as plain data, with the place of every value."""

from reporter.yamltree.tree import MAX_BYTES, Place, Tree, parse, partial, read

__all__ = ["MAX_BYTES", "Place", "Tree", "parse", "partial", "read"]
