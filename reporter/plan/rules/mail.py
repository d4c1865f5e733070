"""Rules on mail: who receives it, and what it is made of."""

from collections.abc import Iterator
from typing import Final

from reporter.diagnostics import Diagnostic, Path, nearest
from reporter.plan.rules.case import Case
from reporter.settings.mailbox import mailbox
from reporter.spec.delivery import EmailDelivery

_EXPECTED: Final = "name@example.com, or Name <name@example.com>"
_PAGE: Final = ".j2"


def server(case: Case) -> Iterator[Diagnostic]:
    """Mail goes through the project's mail server."""
    if case.project is None or case.project.file.mail is not None:
        return
    for path, _ in _mails(case):
        yield case.problem(
            (*path, "type"),
            "no-mail-server",
            "the project has no mail server",
            expected="mail: {host: smtp.example.com, from: reports@example.com} in reporter.yaml",
        )
        return


def recipients(case: Case) -> Iterator[Diagnostic]:
    """Recipients are mail addresses, each once."""
    for path, delivery in _mails(case):
        known: set[str] = set()
        for key in ("to", "cc", "bcc"):
            for number, text in enumerate(getattr(delivery, key)):
                place = (*path, key, number)
                try:
                    address = mailbox(text).address.lower()
                except ValueError:
                    yield _wrong_address(case, place, text)
                    continue
                if address in known:
                    yield case.warning(place, "repeated-recipient", f"{text} stands here already")
                known.add(address)
        if delivery.reply_to is not None:
            try:
                mailbox(delivery.reply_to)
            except ValueError:
                yield _wrong_address(case, (*path, "replyTo"), delivery.reply_to)


def copies(case: Case) -> Iterator[Diagnostic]:
    """Copies are of one mail to several."""
    for path, delivery in _mails(case):
        if delivery.cc and not delivery.together:
            yield case.problem(
                (*path, "cc"),
                "cc-without-together",
                "each recipient gets a mail of their own, so nobody gets a copy of it",
                of_key=True,
                hint="add together: true, or write these under to",
            )


def templates(case: Case) -> Iterator[Diagnostic]:
    """The page that a mail is made by lies among the project's templates."""
    if case.project is None:
        return
    folder = (case.project.folder / "templates").resolve()
    for path, delivery in _mails(case):
        name = delivery.template
        if name is None:
            continue
        file = (folder / name).resolve()
        if not file.is_relative_to(folder) or file.suffix != _PAGE:
            yield case.problem(
                (*path, "template"),
                "wrong-template",
                f"{name!r} is no page in the project's templates/",
                expected="the name of an .html.j2 file in templates/",
            )
        elif not file.is_file():
            near = nearest(name, (found.name for found in sorted(folder.glob(f"*{_PAGE}"))))
            yield case.problem(
                (*path, "template"),
                "no-template",
                f"there is no file {name!r} in the project's templates/",
                hint=f"did you mean {near!r}?" if near else f"put it into {folder.name}/",
            )


def _mails(case: Case) -> Iterator[tuple[Path, EmailDelivery]]:
    for index, delivery in enumerate(case.spec.delivery):
        if isinstance(delivery, EmailDelivery):
            yield ("delivery", index), delivery


def _wrong_address(case: Case, place: Path, text: str) -> Diagnostic:
    return case.problem(place, "wrong-address", f"{text!r} is no mail address", expected=_EXPECTED)
