"""From typed models to JSON Schema, and from YAML trees to typed values.

The typed models are the one definition. ``derived`` makes the schema that editors and
``jsonschema`` use; the files in ``schemas/`` are its committed output.
"""

from reporter.schema.derivation import derived
from reporter.schema.structure import loaded, structured

__all__ = ["derived", "loaded", "structured"]
