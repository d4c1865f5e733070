"""What a spec must fulfil beyond its schema. One function per rule; no source is opened."""

from reporter.plan.rules.check import check_spec
from reporter.plan.rules.names import repeated_names
from reporter.plan.rules.sources import check_sources

__all__ = ["check_sources", "check_spec", "repeated_names"]
