"""What a file declares: metadata, PDF/A, and the data inside it."""

import hashlib
import io
import struct
import zlib
from pathlib import Path
from types import ModuleType
from xml.etree import ElementTree as ET

import pytest
from pypdf import PdfReader
from pypdf.generic import StreamObject

from reporter.output.base import Branding
from reporter.output.csv import CsvRenderer
from reporter.output.json import JsonRenderer
from reporter.output.pdf import PdfRenderer
from reporter.settings import Theme
from reporter.spec.model import PdfOptions

ARCHIVE = PdfOptions(standard="a3", attach=("csv", "json"), cover=True)


def png() -> bytes:
    """One pixel of colour, half transparent."""

    def chunk(name: bytes, data: bytes) -> bytes:
        return (
            struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))
        )

    head = struct.pack(">IIBBBBB", 1, 1, 8, 6, 0, 0, 0)
    pixel = zlib.compress(b"\x00\x0b\x6e\x4f\x80")
    parts = chunk(b"IHDR", head), chunk(b"IDAT", pixel), chunk(b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + b"".join(parts)


@pytest.fixture(scope="module")
def archive(sample: ModuleType, tmp_path_factory: pytest.TempPathFactory) -> bytes:
    look = sample.branding(tmp_path_factory.mktemp("project"))
    (made,) = PdfRenderer(ARCHIVE).render(sample.document(), "review", look)
    return made.content


@pytest.fixture(scope="module")
def reader(archive: bytes) -> PdfReader:
    return PdfReader(io.BytesIO(archive))


def metadata(reader: PdfReader) -> dict[str, str]:
    """The plain properties of the metadata, by local name with their namespace's last word."""
    root = ET.fromstring(reader.xmp_metadata.stream.get_data())  # noqa: S314 - we wrote it
    return {e.tag: e.text for e in root.iter() if e.text and e.text.strip()}


def test_an_archive_declares_both_standards(reader: PdfReader) -> None:
    said = metadata(reader)
    assert said["{http://www.aiim.org/pdfa/ns/id/}part"] == "3"
    assert said["{http://www.aiim.org/pdfa/ns/id/}conformance"] == "A"
    assert said["{http://www.aiim.org/pdfua/ns/id/}part"] == "1"
    assert said["{http://www.aiim.org/pdfa/ns/schema#}prefix"] == "pdfuaid"


def test_a_plain_file_declares_accessibility_alone(sample_pdf: bytes) -> None:
    said = metadata(PdfReader(io.BytesIO(sample_pdf)))
    assert said["{http://www.aiim.org/pdfua/ns/id/}part"] == "1"
    assert not any("pdfa/" in name for name in said)


def test_metadata_and_information_agree(reader: PdfReader) -> None:
    said, info = metadata(reader), reader.metadata
    xmp, pdf = "{http://ns.adobe.com/xap/1.0/}", "{http://ns.adobe.com/pdf/1.3/}"
    assert said[f"{xmp}CreatorTool"] == info["/Creator"]
    assert said[f"{pdf}Producer"] == info["/Producer"]
    assert said[f"{pdf}Keywords"] == info["/Keywords"]
    assert said[f"{xmp}CreateDate"] == info.creation_date.isoformat()
    assert reader.xmp_metadata.dc_title["x-default"] == info.title
    assert reader.xmp_metadata.dc_description["x-default"] == info.subject


def test_an_archive_keeps_to_its_rules(reader: PdfReader) -> None:
    assert reader.trailer["/ID"][0]
    assert "/Encrypt" not in reader.trailer
    (intent,) = reader.root_object["/OutputIntents"]
    assert intent["/S"] == "/GTS_PDFA1"
    profile = intent["/DestOutputProfile"].get_object()
    assert profile["/N"] == 3
    assert profile.get_data()[36:40] == b"acsp"
    assert "/JavaScript" not in reader.root_object.get("/Names", {})
    for page in reader.pages:
        for annotation in page.get("/Annots", ()):
            assert annotation.get_object()["/F"] == 4


def test_an_archive_is_tagged_too(sample: ModuleType, archive: bytes, check: ModuleType) -> None:
    assert check.problems(archive) == []
    assert sample.document().language == "en-GB"


def test_the_data_lies_in_the_file(reader: PdfReader, sample: ModuleType, tmp_path: Path) -> None:
    look = sample.branding(tmp_path)
    expected = {
        made.file_name: made.content
        for renderer in (CsvRenderer(), JsonRenderer())
        for made in renderer.render(sample.document(), "review", look)
    }
    found = {name: content for name, (content,) in reader.attachments.items()}
    assert found == expected
    names = reader.root_object["/Names"]["/EmbeddedFiles"]["/Names"]
    assert list(names[::2]) == sorted(expected)
    listed = [entry.get_object() for entry in names[1::2]]
    assert [entry.get_object() for entry in reader.root_object["/AF"]] == listed
    for entry in listed:
        stream = entry["/EF"]["/F"].get_object()
        content = expected[entry["/UF"]]
        assert entry["/AFRelationship"] == "/Data"
        assert entry["/Desc"]
        assert stream["/Subtype"] in {"/text/csv", "/application/json"}
        assert stream["/Params"]["/Size"] == len(content)
        assert stream["/Params"]["/CreationDate"] == "D:20261101000000Z"
        known = stream["/Params"]["/CheckSum"].original_bytes
        assert known == hashlib.md5(content, usedforsecurity=False).digest()


def test_files_are_described_by_their_section(reader: PdfReader) -> None:
    names = reader.root_object["/Names"]["/EmbeddedFiles"]["/Names"]
    said = {n: e.get_object()["/Desc"] for n, e in zip(names[::2], names[1::2], strict=True)}
    assert said["review-by-country.csv"] == "By country: the table's values, unrounded"


def test_nothing_is_attached_unasked(sample_pdf: bytes) -> None:
    reader = PdfReader(io.BytesIO(sample_pdf))
    assert dict(reader.attachments) == {}
    assert "/AF" not in reader.root_object


@pytest.mark.unmeasured
def test_a_picture_of_an_archive_is_not_smoothed(sample: ModuleType, tmp_path: Path) -> None:
    (tmp_path / "logo.png").write_bytes(png())
    look = Branding(Theme(logo="logo.png"), tmp_path)
    for standard, smoothed in (("a3", False), ("ua", True)):
        (made,) = PdfRenderer(PdfOptions(standard=standard)).render(
            sample.document(), "review", look
        )
        reader = PdfReader(io.BytesIO(made.content))
        pictures = [
            found.get_object()
            for found in reader.pages[0]["/Resources"]["/XObject"].values()
            if isinstance(found.get_object(), StreamObject)
            and found.get_object().get("/Subtype") == "/Image"
        ]
        assert pictures
        for picture in pictures:
            assert picture["/Interpolate"].value is smoothed
            if "/SMask" in picture:
                assert picture["/SMask"].get_object()["/Interpolate"].value is smoothed


def test_two_archives_are_the_same_bytes(
    sample: ModuleType, archive: bytes, tmp_path: Path
) -> None:
    look = sample.branding(tmp_path)
    (made,) = PdfRenderer(ARCHIVE).render(sample.document(), "review", look)
    assert made.content == archive
