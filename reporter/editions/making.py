"""From the numbers of an edition to its files and to what goes to each recipient."""

from collections.abc import Callable, Sequence

import msgspec

from reporter.data.restated import Restated
from reporter.delivery.base import File
from reporter.document.model import Document
from reporter.editions.identity import edition_id, series_of
from reporter.editions.parcels import Addressed, Content, addressed, formats_wanted
from reporter.editions.verdict import verdict
from reporter.output.base import Artifact
from reporter.pipeline import Stage, Tools, composed, rendered
from reporter.portions import Asked
from reporter.settings import Project


class Issue(msgspec.Struct, frozen=True):
    """An edition that can go out.

    Attributes:
        id: the edition's.
        asked: what it is made of.
        artifacts: its files.
        parcels: what goes to whom, in the order of the spec.
    """

    id: str
    asked: Asked
    document: Document
    artifacts: tuple[Artifact, ...]
    parcels: tuple[Addressed, ...]


def make_issue(
    asked: Asked,
    project: Project,
    tools: Tools,
    *,
    all_files: bool,
    progress: Callable[[Stage], None],
    restated: Sequence[Restated] = (),
    changed: bool = True,
) -> Issue:
    """Compose, judge and render an edition. Nothing is written.

    Args:
        asked: the edition with its numbers.
        project: whose it is.
        tools: the implementations.
        all_files: whether all outputs of the spec are wanted, or only what deliveries need.
        progress: told of every stage as it begins.
        restated: earlier editions, and what has changed since.
        changed: whether its numbers are not those of the last edition.

    Raises:
        UserError: a text of the spec cannot be filled in.
        RenderError: an output or a mail could not be made.
    """
    edition = asked.prepared.edition
    progress(Stage.COMPOSING)
    document = composed(asked, restated)
    decisions = verdict(asked, document, changed=changed)
    progress(Stage.RENDERING)
    formats = edition.spec.outputs if all_files else formats_wanted(edition.spec, decisions)
    files = [
        (form, artifact)
        for form in formats
        for artifact in rendered(document, edition, project, tools, (form,))
    ]
    name = edition_id(series_of(edition), edition.revision)
    content = Content(
        id=name,
        edition=edition,
        document=document,
        files=tuple(File(form, one.file_name, one.media_type, one.content) for form, one in files),
        recipients=asked.recipients,
    )
    artifacts = tuple(artifact for _, artifact in files)
    return Issue(name, asked, document, artifacts, addressed(content, decisions, project))
