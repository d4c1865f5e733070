"""Of 400 accounts none is told of another: in no cell, no title, no metadata of a file."""

import asyncio
import io
import re
import zipfile
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from email import message_from_bytes
from email.policy import default
from pathlib import Path
from typing import Final

import pytest
from pypdf import PdfReader
from pypdf.generic import StreamObject

from reporter import wiring
from reporter.document.model import Document
from reporter.editions.making import make_issue
from reporter.editions.rehearsal import messages
from reporter.output.base import Artifact
from reporter.pipeline import Tools, ask, composed, notices_of, rendered
from reporter.plan.preparation import Request
from reporter.portions import Asked, Portions, portions
from reporter.settings import Project, load_project
from reporter.spec.model import OutputFormat

ACCOUNTS: Final = 400
MARK: Final = re.compile(r"zq(\d{4})x", re.IGNORECASE)
NOW: Final = datetime(2026, 11, 1, tzinfo=UTC)
TOOLS: Final = Tools(wiring.open_source, wiring.RENDERERS)


@pytest.fixture(scope="module")
def settings(accounts: Path) -> Project:
    found, mistakes = load_project(accounts / "reporter.yaml")
    assert found is not None, mistakes
    return found


@pytest.fixture(scope="module")
def whole(accounts: Path, settings: Project) -> Portions:
    request = Request(now=NOW)
    asking = ask(accounts / "review.yaml", settings, request, TOOLS, progress=lambda _: None)
    return portions(asyncio.run(asking))


def files(one: Asked, settings: Project, *formats: OutputFormat) -> tuple[Document, list[Artifact]]:
    document = composed(one)
    return document, [*rendered(document, one.prepared.edition, settings, TOOLS, formats)]


def texts(artifact: Artifact) -> Iterator[str]:
    """Everything that is in a file, packed parts and metadata included."""
    yield artifact.file_name
    yield artifact.content.decode("latin-1")
    yield artifact.content.decode("utf-8", "replace")
    if artifact.file_name.endswith(".xlsx"):
        with zipfile.ZipFile(io.BytesIO(artifact.content)) as book:
            yield book.comment.decode("latin-1")
            for part in book.namelist():
                yield part
                yield book.read(part).decode("utf-8")
    if artifact.file_name.endswith(".pdf"):
        pdf = PdfReader(io.BytesIO(artifact.content))
        yield str(pdf.metadata)
        for page in pdf.pages:
            yield page.extract_text()
        for number in range(1, len(pdf.xref_objStm) + sum(map(len, pdf.xref.values())) + 1):
            found = pdf.get_object(number)
            yield str(found)
            if isinstance(found, StreamObject):
                yield found.get_data().decode("latin-1")


def accounts_in(artifacts: list[Artifact]) -> set[int]:
    found = (text for artifact in artifacts for text in texts(artifact))
    return {int(number) for text in found for number in MARK.findall(text)}


def of(whole: Portions, keep: Callable[[int], bool]) -> Iterator[tuple[int, Asked]]:
    for value, one in zip(whole.values, whole, strict=True):
        number = int(MARK.findall(str(value.value))[0])
        if keep(number):
            yield number, one


def test_there_is_one_of_each(whole: Portions) -> None:
    assert len(whole) == ACCOUNTS
    assert len({value.slug for value in whole.values}) == ACCOUNTS


@pytest.mark.unmeasured
@pytest.mark.slow
def test_no_edition_tells_of_another_account(whole: Portions, settings: Project) -> None:
    names: set[str] = set()
    for number, one in of(whole, lambda _: True):
        pages: tuple[OutputFormat, ...] = () if number % 10 else ("html",)
        document, made = files(one, settings, "json", "csv", *pages)
        assert accounts_in(made) == {number}
        assert MARK.findall(" ".join(notices_of(document, one))) == []
        assert one.recipients == (f"zq{number:04}x@example.com",)
        assert document.provenance.rejected == 0
        names.update(artifact.file_name for artifact in made)
    assert len(names) == ACCOUNTS * 8 + ACCOUNTS / 10  # the JSON, seven tables; some pages


@pytest.mark.slow
@pytest.mark.parametrize("format_", ["xlsx", "mail"])
def test_nor_does_a_workbook_or_a_mail(
    whole: Portions, settings: Project, format_: OutputFormat
) -> None:
    for number, one in of(whole, lambda number: number % 40 == 7):
        _, made = files(one, settings, format_)
        assert accounts_in(made) == {number}


@pytest.mark.slow
def test_nor_does_a_pdf(whole: Portions, settings: Project) -> None:
    for number, one in of(whole, lambda number: number in {0, 399}):
        _, made = files(one, settings, "pdf")
        assert accounts_in(made) == {number}


@pytest.mark.slow
def test_nor_does_a_mail_and_it_goes_to_nobody_else(whole: Portions, settings: Project) -> None:
    for number, one in of(whole, lambda number: number % 50 == 3):
        issue = make_issue(one, settings, TOOLS, all_files=True, progress=lambda _: None)
        (mail,) = messages(issue, settings, NOW)
        message = message_from_bytes(mail.content, policy=default)
        assert message["To"] == f"zq{number:04}x@example.com"
        assert message["Subject"] == f"Review of Acme zq{number:04}x: October 2026"
        parts = [part for part in message.walk() if not part.is_multipart()]
        assert len(parts) > 10  # both bodies, a picture, nine attachments
        names = [str(part.get_filename()) for part in parts]
        contents = [part.get_payload(decode=True) for part in parts]
        assert all(isinstance(content, bytes) for content in contents)
        texts = [c.decode("utf-8", "replace") for c in contents if isinstance(c, bytes)]
        said = " ".join((mail.content.decode("latin-1"), mail.file_name, *names, *texts))
        assert {int(found) for found in MARK.findall(said)} == {number}


def test_only_who_runs_it_is_told_of_records_that_could_not_be_used(whole: Portions) -> None:
    (remark,) = whole.remarks()
    assert remark.startswith(
        "source 'calls': 400 records of the period could not be used, which no edition tells, for"
        " they may be anybody's; the first: calls.csv, row 8 (zq0000x-7): it was answered before"
    )
