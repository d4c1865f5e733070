"""Names and what they stand for. Each implementation is imported when it is used."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from functools import partial
from typing import TYPE_CHECKING, Final

from reporter import clock
from reporter.catalog.model import Catalog
from reporter.dates import duration
from reporter.delivery.base import Channel
from reporter.diagnostics import nearest
from reporter.errors import UserError
from reporter.output.base import Renderer
from reporter.settings import (
    CallsSource,
    FolderChannel,
    MetricsApiSource,
    Project,
    SlackChannel,
    WebhookChannel,
)
from reporter.sources.base import Source
from reporter.sources.probe import Probe
from reporter.spec.model import OutputFormat, ReportSpec

if TYPE_CHECKING:
    from reporter.delivery.desk import Desk
    from reporter.ledger.database import Ledger


def _pdf(spec: ReportSpec) -> Renderer:
    from reporter.output.pdf import PdfRenderer  # noqa: PLC0415 - WeasyPrint loads slowly

    return PdfRenderer(spec.pdf)


def _html(_spec: ReportSpec) -> Renderer:
    from reporter.output.html import HtmlRenderer  # noqa: PLC0415 - Jinja loads slowly

    return HtmlRenderer()


def _excel(spec: ReportSpec) -> Renderer:
    from reporter.output.excel import ExcelRenderer  # noqa: PLC0415 - openpyxl loads slowly

    return ExcelRenderer(spec.xlsx)


def _csv(_spec: ReportSpec) -> Renderer:
    from reporter.output.csv import CsvRenderer  # noqa: PLC0415 - only where it is asked for

    return CsvRenderer()


def _json(_spec: ReportSpec) -> Renderer:
    from reporter.output.json import JsonRenderer  # noqa: PLC0415 - only where it is asked for

    return JsonRenderer()


def _mail(_spec: ReportSpec) -> Renderer:
    from reporter.output.mail.renderer import MailRenderer  # noqa: PLC0415 - css-inline and Jinja load slowly

    return MailRenderer()


def _calls(project: Project, name: str, settings: CallsSource, catalog: Catalog) -> Source:
    from reporter.sources.calls import source  # noqa: PLC0415 - the engine loads slowly

    return source.CallsSource(name, settings, project.folder, catalog)


def _metrics_api(
    project: Project, name: str, settings: MetricsApiSource, catalog: Catalog, *, refresh: bool
) -> Source:
    from reporter.sources.metrics_api import source  # noqa: PLC0415 - httpx loads slowly

    return source.open_source(project, name, settings, catalog, refresh=refresh)


def open_channel(project: Project, kind: str, name: str) -> Channel:
    """The channel that deliveries of a kind go through; of mail there is one.

    Raises:
        UserError: the project file does not have it (any more).
    """
    if kind == "email":
        from reporter.delivery.email import EmailChannel  # noqa: PLC0415 - only where mail goes

        if project.file.mail is None:
            raise UserError(
                "the project has no mail server",
                hint="write mail: {host: smtp.example.com, from: reports@example.com} in"
                " reporter.yaml",
            )
        return EmailChannel(project.file.mail, project.folder)
    settings = project.file.channels.get(name)
    if settings is None or settings.__struct_config__.tag != kind:
        raise UserError(
            f"the project has no channel {name!r} of type {kind}",
            hint="it was there when the delivery was planned; see channels in reporter.yaml",
        )
    return _channel(project, name, settings)


def _channel(
    project: Project, name: str, settings: FolderChannel | WebhookChannel | SlackChannel
) -> Channel:
    match settings:
        case FolderChannel():
            from reporter.delivery import folder  # noqa: PLC0415 - fsspec loads slowly

            return folder.FolderChannel(name, settings, project.folder)
        case WebhookChannel():
            from reporter.delivery import webhook  # noqa: PLC0415 - httpx loads slowly

            return webhook.WebhookChannel(name, settings)
        case SlackChannel():
            from reporter.delivery import slack  # noqa: PLC0415 - httpx loads slowly

            return slack.SlackChannel(name, settings)


def open_desk(project: Project, ledger: "Ledger") -> "Desk":
    """A desk of its own for whoever hands over now; its lease outlives the slowest channel."""
    import secrets  # noqa: PLC0415 - only where something is handed over

    from reporter.delivery.desk import Desk, lease_for  # noqa: PLC0415 - SQLite likewise

    return Desk(
        ledger,
        secrets.token_hex(8),
        partial(open_channel, project),
        now=clock.now,
        lease=lease_for(max(_timeouts(project), default=timedelta())),
    )


def _timeouts(project: Project) -> Iterator[timedelta]:
    if project.file.mail is not None:
        yield duration(project.file.mail.timeout)
    for channel in project.file.channels.values():
        if not isinstance(channel, FolderChannel):  # what is written again is the same as once
            yield duration(channel.timeout)


RENDERERS: Final[dict[OutputFormat, Callable[[ReportSpec], Renderer]]] = {
    "pdf": _pdf,
    "html": _html,
    "xlsx": _excel,
    "csv": _csv,
    "json": _json,
    "mail": _mail,
}


def probe_of(project: Project, name: str, catalog: Catalog) -> Probe:
    """What looks at a source of the project file, which has one of that name."""
    match project.file.sources[name]:
        case CallsSource() as settings:
            from reporter.sources.calls import probe  # noqa: PLC0415 - the engine loads slowly

            return probe.CallsProbe(name, settings, project.folder, catalog)
        case MetricsApiSource() as settings:
            from reporter.sources.metrics_api import probe as api  # noqa: PLC0415 - httpx likewise

            return api.probe_of(project, name, settings)


def open_source(project: Project, name: str, catalog: Catalog, *, refresh: bool = False) -> Source:
    """The source of that name in the project file.

    Args:
        project: whose source it is.
        name: of the source.
        catalog: whose words it is asked in.
        refresh: whether what it answered before is asked for again.

    Raises:
        UserError: there is none.
    """
    sources = project.file.sources
    if name not in sources:
        near = nearest(name, sources)
        raise UserError(
            f"there is no source {name!r}",
            hint=f"did you mean {near!r}?" if near else f"the project has {', '.join(sources)}",
        )
    match sources[name]:
        case CallsSource() as settings:
            return _calls(project, name, settings, catalog)
        case MetricsApiSource() as settings:
            return _metrics_api(project, name, settings, catalog, refresh=refresh)
