"""Rules on deliveries that go through a channel of the project file."""

from collections.abc import Iterator

from reporter.diagnostics import Diagnostic, nearest
from reporter.plan.rules.case import Case
from reporter.spec.delivery import EmailDelivery, FolderDelivery


def channels(case: Case) -> Iterator[Diagnostic]:
    """A delivery goes through a channel of its type that the project has."""
    if case.project is None:
        return
    known = case.project.file.channels
    for index, delivery in enumerate(case.spec.delivery):
        if isinstance(delivery, EmailDelivery):
            continue
        wanted = str(delivery.__struct_config__.tag)
        fit = tuple(name for name, one in known.items() if one.__struct_config__.tag == wanted)
        path = ("delivery", index, "to")
        expected = f"one of {', '.join(fit)}" if fit else f"a channel of type {wanted}"
        if delivery.to not in known:
            near = nearest(delivery.to, fit) or nearest(delivery.to, known)
            yield case.problem(
                path,
                "unknown-channel",
                f"there is no channel {delivery.to!r} in the project",
                expected=expected,
                hint=f"did you mean {near!r}?" if near else "write it under channels",
            )
        elif delivery.to not in fit:
            yield case.problem(
                path,
                "channel-of-another-type",
                f"the channel {delivery.to!r} is no {wanted}",
                expected=expected,
                found=f"type: {known[delivery.to].__struct_config__.tag}",
            )


def folders(case: Case) -> Iterator[Diagnostic]:
    """Files stay in the channel's folder, and there are some."""
    for index, delivery in enumerate(case.spec.delivery):
        if not isinstance(delivery, FolderDelivery):
            continue
        if delivery.path is not None and ".." in delivery.path.replace("\\", "/").split("/"):
            yield case.problem(
                ("delivery", index, "path"),
                "path-outside",
                "the path leads out of the channel's folder",
                expected="a folder in it, such as {{ report }}/{{ period.label }}",
            )
