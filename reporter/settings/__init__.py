"""The project file, ``reporter.yaml``: its typed model, its loader, its rules."""

from reporter.settings.calls import CallsSource, CsvLayout
from reporter.settings.channels import Channel, FolderChannel, SlackChannel, WebhookChannel
from reporter.settings.load import (
    FILE_NAME,
    LoadedProject,
    find_project,
    load_project,
    read_project,
)
from reporter.settings.mail import Mail
from reporter.settings.metrics_api import (
    ApiKeyAuth,
    Auth,
    BasicAuth,
    Callback,
    MetricsApiSource,
    OAuth2,
    TokenAuth,
)
from reporter.settings.model import Defaults, Project, ProjectFile, Source
from reporter.settings.operations import Notify, Retention
from reporter.settings.serve import Serve, ServedApi, ServedKey, ServedUser
from reporter.settings.theme import Fonts, Theme, themed

__all__ = [
    "FILE_NAME",
    "ApiKeyAuth",
    "Auth",
    "BasicAuth",
    "Callback",
    "CallsSource",
    "Channel",
    "CsvLayout",
    "Defaults",
    "FolderChannel",
    "Fonts",
    "LoadedProject",
    "Mail",
    "MetricsApiSource",
    "Notify",
    "OAuth2",
    "Project",
    "ProjectFile",
    "Retention",
    "Serve",
    "ServedApi",
    "ServedKey",
    "ServedUser",
    "SlackChannel",
    "Source",
    "Theme",
    "TokenAuth",
    "WebhookChannel",
    "find_project",
    "load_project",
    "read_project",
    "themed",
]
