"""Files into a folder: of this machine, on S3, behind SFTP, or wherever else fsspec reaches.

Where a file system can rename, a file is written beside its place and moved there, so that nobody
ever sees half of it; object stores show an object once all of it has arrived. The same bundle
handed over twice leaves the same files.
"""

import errno
import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, Final

from fsspec import AbstractFileSystem
from fsspec.core import url_to_fs

from reporter.delivery.base import Bundle, File, Handover, NotTaken, Parcel, Receipt
from reporter.delivery.discretion import discreet
from reporter.settings import FolderChannel as Settings

_LOCAL: Final = frozenset({"file", "local"})
_SFTP: Final = frozenset({"sftp", "ssh"})
_S3: Final = frozenset({"s3", "s3a"})
_EXTRAS: Final = {"s3": "s3", "s3a": "s3", "sftp": "sftp", "ssh": "sftp"}
_SECONDS: Final = 60.0
"""How long an SFTP server may take for any answer, if ``options`` do not say."""
_OURS_TO_MEND: Final = (
    FileExistsError,
    FileNotFoundError,
    ImportError,
    IsADirectoryError,
    NotADirectoryError,
    PermissionError,
    TypeError,
    ValueError,
)
_ALSO: Final = frozenset({"AuthenticationException", "NoCredentialsError"})
"""Of libraries that may not be there. Trying again does not help where somebody has to act."""


class FolderChannel:
    """A folder of the project file.

    Args:
        name: of the channel.
        settings: of it.
        folder: the project's, which the URL may be relative to.
    """

    repeatable = True

    def __init__(self, name: str, settings: Settings, folder: Path) -> None:
        self._name = name
        self._settings = settings
        self._folder = folder
        scheme, colon, _ = settings.url.partition("://")
        self._scheme = scheme if colon else "file"
        self._url = settings.url if colon else str(folder.absolute() / settings.url)
        self._files: AbstractFileSystem | None = None
        self._root = ""

    def deliver(self, parcel: Parcel, handover: Handover) -> Receipt:
        """Put the files of one edition into the folder.

        Raises:
            NotTaken: not all of them are there. Those that are there are whole.
        """
        if not isinstance(parcel, Bundle):
            raise NotTaken(f"{self._name} is a folder, and this is no bundle of files", retry=False)
        parts = _checked(parcel)
        with self._explained():
            files = self._opened()
        handover.begin()
        for file in parcel.files:
            with self._explained("/".join((*parts, file.name))):
                self._put(files, "/".join((self._root, *parts)), file, handover.id)
        names = ", ".join(file.name for file in parcel.files)
        return Receipt(f"{names} in {'/'.join((self._name, *parts))}")

    def close(self) -> None:
        """Let go of connections."""
        files, self._files = self._files, None
        if files is not None and self._scheme in _SFTP:
            with suppress(Exception):
                files.ftp.close()
            with suppress(Exception):
                files.client.close()

    def _opened(self) -> AbstractFileSystem:
        if self._files is None:
            options: dict[str, Any] = dict(self._settings.options)
            if self._scheme in _SFTP:
                options = self._with_patience(options)
            # Not shared: closing ours must not close somebody else's.
            files, root = url_to_fs(self._url, skip_instance_cache=True, **options)
            self._files, self._root = files, root.rstrip("/")
            if self._scheme in _SFTP:
                files.ftp.get_channel().settimeout(options["timeout"])
        return self._files

    def _with_patience(self, options: dict[str, Any]) -> dict[str, Any]:
        """The options of an SFTP server, with what is checked and how long is waited."""
        known = options.pop("known_hosts", None)
        if "host_key_policy" not in options:
            from reporter.delivery.host_keys import (  # noqa: PLC0415 - paramiko is an extra
                OF_THE_USER,
                KnownHosts,
            )

            file = OF_THE_USER.expanduser() if known is None else self._folder / str(known)
            options["host_key_policy"] = KnownHosts(file)
        waits = ("timeout", "banner_timeout", "auth_timeout", "channel_timeout")
        return dict.fromkeys(waits, _SECONDS) | options

    def _put(self, files: AbstractFileSystem, folder: str, file: File, mark: str) -> None:
        target = f"{folder}/{file.name}"
        if self._scheme not in _LOCAL | _SFTP:
            more = {"ContentType": file.media_type} if self._scheme in _S3 else {}
            files.pipe_file(target, file.content, **more)
            return
        files.makedirs(folder or "/", exist_ok=True)
        if files.isdir(target):
            raise IsADirectoryError(None, "a folder of this name lies there")
        draft = f"{folder}/.{file.name}.{mark[:12]}.part"
        try:
            with files.open(draft, "wb") as written:
                written.write(file.content)
                if self._scheme in _LOCAL:
                    written.flush()
                    os.fsync(
                        written.fileno()
                    )  # it is called delivered: a power cut changes nothing
            self._move(files, draft, target)
        except BaseException:
            with suppress(Exception):
                files.rm_file(draft)
            raise

    def _move(self, files: AbstractFileSystem, draft: str, target: str) -> None:
        try:
            files.mv(draft, target)
        except OSError:
            if self._scheme not in _SFTP:
                raise
            # Servers without OpenSSH's extension rename to names that are free, and to no others.
            with suppress(FileNotFoundError):
                files.rm_file(target)
            files.ftp.rename(draft, target)

    @contextmanager
    def _explained(self, place: str = "") -> Iterator[None]:
        """Whatever a file system fails with, as a delivery that was not taken.

        It may be any exception: the libraries behind fsspec have theirs. Handing over again is
        safe whatever has happened, so none of them is taken for uncertain.
        """
        try:
            yield
        except NotTaken:
            self.close()
            raise
        except Exception as error:
            self.close()
            raise self._refusal(error, place) from error

    def _refusal(self, error: Exception, place: str) -> NotTaken:
        where = ": ".join(filter(None, (f"folder channel {self._name!r}", place)))
        if isinstance(error, ImportError) and self._scheme in _EXTRAS:
            extra = _EXTRAS[self._scheme]
            return NotTaken(
                f"{where}: {self._scheme}:// needs what is not installed",
                retry=False,
                hint=f"run  pip install 'reporter-voice[{extra}]'",
            )
        said = getattr(error, "strerror", None) or str(error)
        secrets = [value for value in self._settings.options.values() if isinstance(value, str)]
        why = discreet(said, secrets) or type(error).__name__
        ours = (
            isinstance(error, _OURS_TO_MEND)
            or type(error).__name__ in _ALSO
            or getattr(error, "errno", None) == errno.ENAMETOOLONG
        )
        return NotTaken(
            f"{where}: {why}",
            retry=not ours,
            hint=f"see channels.{self._name} in reporter.yaml" if ours else None,
        )


def _checked(bundle: Bundle) -> tuple[str, ...]:
    """The folders that lead to the files, from the channel's own.

    Raises:
        NotTaken: they, or the name of a file, lead elsewhere.
    """
    parts = tuple(bundle.path.split("/")) if bundle.path else ()
    for part in (*parts, *(file.name for file in bundle.files)):
        if part in ("", ".", "..") or "/" in part or "\\" in part or not part.isprintable():
            raise NotTaken(f"{part!r} leads out of the channel's folder", retry=False)
    return parts
