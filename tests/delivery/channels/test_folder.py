import os
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import boto3
import pytest
from file_servers import sftp
from moto.moto_server.threaded_moto_server import ThreadedMotoServer
from receivers import FACTS, Begun, handover

from reporter.delivery.base import Announcement, Bundle, File, NotTaken
from reporter.delivery.folder import FolderChannel
from reporter.settings import FolderChannel as Settings

PDF = File("pdf", "review.pdf", "application/pdf", b"%PDF" + bytes(100_000))
PAGE = File("html", "review.html", "text/html", b"<p>caf\xc3\xa9</p>")
BUNDLE = Bundle(facts=FACTS, path="review/October 2026", files=(PDF, PAGE))
Opener = Callable[..., FolderChannel]


@pytest.fixture
def opened(tmp_path: Path) -> Iterator[Opener]:
    with ExitStack() as stack:

        def open_(url: str, **options: str | int | bool) -> FolderChannel:
            channel = FolderChannel("archive", Settings(url=url, options=options), tmp_path)
            stack.callback(channel.close)
            return channel

        yield open_


def files_in(folder: Path) -> dict[str, bytes]:
    """All files, hidden ones too."""
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


THERE = {f"review/October 2026/{one.name}": one.content for one in (PAGE, PDF)}


@pytest.mark.parametrize("url", ["published", "{}/published", "file://{}/published"])
def test_files_lie_in_a_folder(tmp_path: Path, opened: Opener, url: str) -> None:
    begun = Begun()
    receipt = opened(url.format(tmp_path)).deliver(BUNDLE, handover(begun))
    assert files_in(tmp_path / "published") == THERE
    assert receipt.text == "review.pdf, review.html in archive/review/October 2026"
    assert len(begun.seen) == 1


def test_the_channels_own_folder(tmp_path: Path, opened: Opener) -> None:
    opened("published").deliver(Bundle(facts=FACTS, path="", files=(PAGE,)), handover())
    assert files_in(tmp_path / "published") == {"review.html": PAGE.content}


def test_again_is_the_same_and_newer_files_replace_older_ones(
    tmp_path: Path, opened: Opener
) -> None:
    channel = opened("published")
    assert channel.repeatable
    older = File("pdf", "review.pdf", "application/pdf", b"older")
    channel.deliver(Bundle(facts=FACTS, path=BUNDLE.path, files=(older,)), handover())
    for _ in range(2):
        channel.deliver(BUNDLE, handover())
    assert files_in(tmp_path / "published") == THERE


@pytest.mark.parametrize(
    ("path", "name"),
    [
        ("..", "a"),
        ("a/../..", "a"),
        ("a//b", "a"),
        ("/etc", "a"),
        ("a/.", "a"),
        ("a\\..\\b", "a"),
        ("", "../a"),
        ("", "/etc/a"),
        ("", ".."),
        ("", ""),
        ("", "a\\b"),
        ("", "a\x00b"),
        ("a\nb", "a"),
    ],
)
def test_nothing_leaves_the_folder(tmp_path: Path, opened: Opener, path: str, name: str) -> None:
    begun = Begun()
    parcel = Bundle(facts=FACTS, path=path, files=(File("pdf", name, "x/y", b""),))
    with pytest.raises(NotTaken, match="leads out of") as refused:
        opened("published").deliver(parcel, handover(begun))
    assert not refused.value.retry
    assert begun.seen == []
    assert files_in(tmp_path) == {}


def test_a_file_is_whole_or_not_there(
    tmp_path: Path, opened: Opener, monkeypatch: pytest.MonkeyPatch
) -> None:
    channel = opened("published")
    channel.deliver(BUNDLE, handover())
    seen: list[dict[str, bytes]] = []

    def full(_number: int) -> None:
        seen.append(files_in(tmp_path / "published"))
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    newer = File("pdf", "review.pdf", "application/pdf", b"newer")
    with pytest.raises(NotTaken) as refused:
        channel.deliver(Bundle(facts=FACTS, path=BUNDLE.path, files=(newer,)), handover())
    assert refused.value.retry
    assert refused.value.message == (
        "folder channel 'archive': review/October 2026/review.pdf: No space left on device"
    )
    (then,) = seen
    assert then["review/October 2026/review.pdf"] == PDF.content  # while the newer one was written
    assert files_in(tmp_path / "published") == THERE


def test_what_stands_in_the_way(tmp_path: Path, opened: Opener) -> None:
    (tmp_path / "published/review/October 2026/review.pdf").mkdir(parents=True)
    with pytest.raises(NotTaken, match="a folder of this name lies there") as refused:
        opened("published").deliver(BUNDLE, handover())
    assert not refused.value.retry
    (tmp_path / "taken").write_text("")
    with pytest.raises(NotTaken) as refused:
        opened("taken").deliver(BUNDLE, handover())
    assert not refused.value.retry
    assert "channels.archive" in str(refused.value.hint)


def test_a_name_that_no_file_system_takes_is_not_tried_again(opened: Opener) -> None:
    with pytest.raises(NotTaken, match="File name too long") as refused:
        opened("published").deliver(Bundle(facts=FACTS, path="x" * 300, files=(PAGE,)), handover())
    assert not refused.value.retry


def test_other_parcels_are_not_for_it(opened: Opener) -> None:
    with pytest.raises(NotTaken) as refused:
        opened("published").deliver(Announcement(facts=FACTS, files=()), handover())
    assert not refused.value.retry


def test_any_file_system_of_fsspec(opened: Opener) -> None:
    import fsspec  # noqa: PLC0415 - beside its use

    opened("memory://published").deliver(BUNDLE, handover())
    memory = fsspec.filesystem("memory")
    assert memory.cat_file("/published/review/October 2026/review.html") == PAGE.content
    memory.rm("/published", recursive=True)


@pytest.mark.parametrize(
    ("url", "module", "extra"),
    [("s3://reports/a", "s3fs", "s3"), ("sftp://host/a", "paramiko", "sftp")],
)
def test_what_is_not_installed_is_named(
    opened: Opener, monkeypatch: pytest.MonkeyPatch, url: str, module: str, extra: str
) -> None:
    from fsspec.registry import _registry  # noqa: PLC0415 - what it has found before

    for name in [url[:4].rstrip(":"), "sftp", "ssh", "s3"]:
        monkeypatch.delitem(_registry, name, raising=False)
    for name in [n for n in sys.modules if n.split(".")[0] == module or n.endswith("host_keys")]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.delitem(sys.modules, "fsspec.implementations.sftp", raising=False)
    monkeypatch.setitem(sys.modules, module, None)  # type: ignore[arg-type]
    with pytest.raises(NotTaken) as refused:
        opened(url).deliver(BUNDLE, handover())
    assert not refused.value.retry
    assert refused.value.hint == f"run  pip install 'reporter-voice[{extra}]'"


def test_an_unknown_file_system(opened: Opener) -> None:
    with pytest.raises(NotTaken) as refused:
        opened("carrier-pigeon://a/b").deliver(BUNDLE, handover())
    assert not refused.value.retry


def test_wrong_options(opened: Opener) -> None:
    with pytest.raises(NotTaken) as refused:
        opened("sftp://127.0.0.1/a", host_key_policy="whatever", password="hunter2").deliver(  # noqa: S106
            BUNDLE, handover()
        )
    assert not refused.value.retry
    assert "hunter2" not in refused.value.message


def sftp_options(tmp_path: Path, line: str, port: int) -> dict[str, Any]:
    (tmp_path / "known_hosts").write_text(line)
    return {
        "port": port,
        "username": "reports",
        "password": "hunter2",
        "known_hosts": "known_hosts",
        "allow_agent": False,
        "look_for_keys": False,
    }


@pytest.mark.parametrize("old", [False, True])
def test_files_lie_there_over_sftp(tmp_path: Path, opened: Opener, *, old: bool) -> None:
    there = tmp_path / "there"
    there.mkdir()
    with sftp(there, old=old) as server:
        channel = opened(
            "sftp://127.0.0.1/reports",
            **sftp_options(tmp_path, server.known_hosts, server.port),
        )
        older = File("pdf", "review.pdf", "application/pdf", b"older")
        channel.deliver(Bundle(facts=FACTS, path=BUNDLE.path, files=(older,)), handover())
        for _ in range(2):
            channel.deliver(BUNDLE, handover())
        assert files_in(there / "reports") == THERE
        channel.close()


def test_a_stranger_gets_nothing_over_sftp(tmp_path: Path, opened: Opener) -> None:
    there = tmp_path / "there"
    there.mkdir()
    with sftp(there) as server, sftp(there) as other:
        kind = server.known_hosts.split()[0]
        wrong = " ".join([kind, *other.known_hosts.split()[1:]])
        for line in ("", wrong + "\n"):
            begun = Begun()
            options = sftp_options(tmp_path, line, server.port)
            with pytest.raises(NotTaken) as refused:
                opened("sftp://127.0.0.1/reports", **options).deliver(BUNDLE, handover(begun))
            assert not refused.value.retry
            assert "SHA256:" in refused.value.message
            assert begun.seen == []
        options = sftp_options(tmp_path, "", server.port) | {"known_hosts": "nowhere"}
        with pytest.raises(NotTaken, match="is not in"):
            opened("sftp://127.0.0.1/reports", **options).deliver(BUNDLE, handover())
        options = sftp_options(tmp_path, "", server.port) | {"host_key_policy": "auto_add"}
        opened("sftp://127.0.0.1/reports", **options).deliver(BUNDLE, handover())
        assert files_in(there / "reports") == THERE


def test_a_wrong_password_over_sftp(tmp_path: Path, opened: Opener) -> None:
    with sftp(tmp_path) as server:
        options = sftp_options(tmp_path, server.known_hosts, server.port)
        with pytest.raises(NotTaken) as refused:
            opened("sftp://127.0.0.1/r", **options | {"password": "s3same"}).deliver(
                BUNDLE, handover()
            )
    assert not refused.value.retry
    assert "Authentication failed" in refused.value.message
    assert "s3same" not in refused.value.message


def test_a_server_that_has_gone_is_called_anew_over_sftp(tmp_path: Path, opened: Opener) -> None:
    there = tmp_path / "there"
    there.mkdir()
    with sftp(there) as server:
        options = sftp_options(tmp_path, server.known_hosts, server.port)
        channel = opened("sftp://127.0.0.1/reports", **options)
        channel.deliver(BUNDLE, handover())
    with pytest.raises(NotTaken) as refused:
        channel.deliver(BUNDLE, handover())
    assert refused.value.retry
    with pytest.raises(NotTaken) as refused:
        channel.deliver(BUNDLE, handover())
    assert refused.value.retry
    assert "refused" in refused.value.message or "connect" in refused.value.message


@pytest.fixture(scope="module")
def s3() -> Iterator[str]:
    moto = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    moto.start()
    host, port = moto.get_host_and_port()
    yield f"http://{host}:{port}"
    moto.stop()


@pytest.fixture
def bucket(s3: str) -> Iterator[Any]:
    client = boto3.client(
        "s3",
        endpoint_url=s3,
        aws_access_key_id="AKIAREPORTS",
        aws_secret_access_key="hunter2hunter2",  # noqa: S106
        region_name="us-east-1",
    )
    client.create_bucket(Bucket="reports")
    yield client
    client.close()


def s3_options(s3: str) -> dict[str, Any]:
    return {"key": "AKIAREPORTS", "secret": "hunter2hunter2", "endpoint_url": s3}


def test_files_lie_there_on_s3(s3: str, bucket: Any, opened: Opener) -> None:  # noqa: ANN401
    channel = opened("s3://reports/voice", **s3_options(s3))
    for _ in range(2):
        channel.deliver(BUNDLE, handover())
    listed = bucket.list_objects_v2(Bucket="reports")["Contents"]
    assert {one["Key"] for one in listed} == {f"voice/{name}" for name in THERE}
    for name, content in THERE.items():
        found = bucket.get_object(Bucket="reports", Key=f"voice/{name}")
        assert found["Body"].read() == content
        kind = "application/pdf" if name.endswith(".pdf") else "text/html"
        assert found["ContentType"] == kind


@pytest.mark.usefixtures("bucket")
def test_no_bucket_on_s3(s3: str, opened: Opener) -> None:
    with pytest.raises(NotTaken) as refused:
        opened("s3://nowhere/voice", **s3_options(s3)).deliver(BUNDLE, handover())
    assert not refused.value.retry
    assert "bucket does not exist" in refused.value.message
    assert "hunter2" not in refused.value.message
