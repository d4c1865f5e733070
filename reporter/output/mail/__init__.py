"""The report as the body of a mail: HTML that mail programs leave alone, pictures, plain text."""

from reporter.output.mail.renderer import MailRenderer

__all__ = ["MailRenderer"]
