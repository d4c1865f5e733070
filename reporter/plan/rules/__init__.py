"""What a spec must fulfil beyond its schema. One function per rule; no source is opened."""

from reporter.plan.rules.check import check_spec
from reporter.plan.rules.names import repeated_names
from reporter.plan.rules.sources import check_sources
from reporter.plan.rules.words import check_words

__all__ = ["check_sources", "check_spec", "check_words", "repeated_names"]
