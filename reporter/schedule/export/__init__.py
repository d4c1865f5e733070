"""Schedules for those who have a scheduler already: cron, systemd, GitHub Actions, Kubernetes."""

from reporter.schedule.export.files import Exported, Place, Report, Target, exported

__all__ = ["Exported", "Place", "Report", "Target", "exported"]
