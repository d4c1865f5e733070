"""A connection that breaks at any instant: what the channel says is what has arrived."""

import smtplib
import socket
import struct
import threading
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from letters_of_tests import attached, channel_to, some_letter, to, tried
from mail_servers import SILENT, TAKEN, Cut, CuttingServer

from reporter.delivery.base import NotTaken, Receipt, Uncertain
from reporter.delivery.email import EmailChannel
from reporter.delivery.smtp import Conversation

Open = Callable[..., EmailChannel]
ANA = "ana@example.com"
LARGE = some_letter(attachments=(attached(size=6_000_000),))
"""More than the buffers of two sockets hold."""
BEFORE = {
    Cut.AT_CONNECT,
    Cut.AFTER_GREETING,
    Cut.AT_EHLO,
    Cut.AT_MAIL,
    Cut.AT_RCPT,
    Cut.AT_DATA,
    Cut.SILENT_AT_CONNECT,
    Cut.SILENT_AT_MAIL,
}
AFTER = {
    Cut.AFTER_DOT_TAKEN,
    Cut.AFTER_DOT_LOST,
    Cut.HALF_ANSWER_TAKEN,
    Cut.HALF_ANSWER_LOST,
    Cut.SILENT_AFTER_DOT_TAKEN,
    Cut.SILENT_AFTER_DOT_LOST,
}


def agrees(said: object, arrived: int) -> bool:
    """A receipt: exactly one. Not taken: none. Uncertain: none or one."""
    match said:
        case Receipt():
            return arrived == 1
        case NotTaken():
            return arrived == 0
        case Uncertain():
            return arrived in {0, 1}
        case _:
            return False


@pytest.mark.parametrize(
    ("cut", "hard"),
    [(cut, hard) for cut in Cut for hard in (False, True) if not (hard and cut in SILENT)],
    ids=lambda value: {False: "closed", True: "reset"}.get(value) or value.name,
)
def test_wherever_it_breaks_what_is_said_is_what_arrived(
    cutting: CuttingServer, channel: Open, cut: Cut, *, hard: bool
) -> None:
    cutting.cuts, cutting.hard = [cut], hard
    patience = "1s" if cut in SILENT else "5s"
    said = tried(channel(cutting.port, timeout=patience), some_letter(), to(ANA))
    assert agrees(said, len(cutting.taken)), said
    assert len(cutting.taken) == (cut in TAKEN)
    if cut in BEFORE:
        assert isinstance(said, NotTaken)
        assert said.retry
    elif cut in AFTER:
        assert isinstance(said, Uncertain)
    elif cut in {Cut.NOWHERE, Cut.AFTER_ANSWER}:
        assert isinstance(said, Receipt)


@pytest.mark.parametrize("hard", [False, True], ids=["closed", "reset"])
@pytest.mark.parametrize("cut", [Cut.AFTER_GO_AHEAD, Cut.IN_BODY], ids=lambda cut: cut.name)
def test_what_broke_inside_a_message_was_not_taken_and_may_go_again(
    cutting: CuttingServer, channel: Open, cut: Cut, *, hard: bool
) -> None:
    cutting.cuts, cutting.hard = [cut], hard
    mails = channel(cutting.port)
    said = tried(mails, LARGE, to(ANA))
    assert isinstance(said, NotTaken)
    assert said.retry
    assert "inside the message" in said.message
    assert cutting.counts == {}
    assert isinstance(tried(mails, LARGE, to(ANA)), Receipt)
    assert cutting.counts == {ANA: 1}


def test_a_server_that_stops_reading_has_not_taken_it(channel: Open) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)

        def half() -> None:
            line, _ = listener.accept()
            with line:
                for answer in (b"220 a", b"250 a", b"250 a", b"250 a", b"354 a"):
                    line.sendall(answer + b"\r\n")
                    line.recv(1000)
                done.wait(10)

        done = threading.Event()
        thread = threading.Thread(target=half)
        thread.start()
        said = tried(channel(listener.getsockname()[1], timeout="1s"), LARGE, to(ANA))
        done.set()
        thread.join()
    assert isinstance(said, NotTaken)
    assert said.retry
    assert "inside the message: timed out" in said.message


def test_the_end_that_the_system_did_not_take_was_not_sent(cutting: CuttingServer) -> None:
    """The server has reset the connection when the dot is due."""
    cutting.cuts, cutting.hard = [Cut.BEFORE_DOT], True
    server = Conversation("127.0.0.1", cutting.port, patience=5)
    for command in ("EHLO me", "MAIL FROM:<a@b>", f"RCPT TO:<{ANA}>", "DATA"):
        server.docmd(command)
    server.send_text(b"Subject: a\r\n\r\n--=_a--\r\n")
    assert cutting.broken.wait(5)
    with pytest.raises(ConnectionError):
        server.send_end()
    server.close()
    with pytest.raises(ConnectionError, match="closed"):
        server.send_end()
    assert cutting.counts == {}


class LateEnd(Conversation):
    """Its server resets the connection directly before the final dot."""

    broken: threading.Event

    def send_end(self) -> None:
        assert self.broken.wait(5)
        super().send_end()


def test_a_connection_reset_before_the_dot_has_delivered_nothing(
    cutting: CuttingServer, channel: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    cutting.cuts, cutting.hard = [Cut.BEFORE_DOT], True
    LateEnd.broken = cutting.broken
    monkeypatch.setattr("reporter.delivery.email.Conversation", LateEnd)
    said = tried(channel(cutting.port), some_letter(), to(ANA))
    assert isinstance(said, NotTaken)
    assert said.retry
    assert "at the end of the message" in said.message
    assert cutting.counts == {}


class SlowEnd(Conversation):
    """The system does not take the final dot in time."""

    def send_end(self) -> None:
        raise TimeoutError("timed out")


def test_an_end_that_may_have_been_sent_leaves_it_open(
    cutting: CuttingServer, channel: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("reporter.delivery.email.Conversation", SlowEnd)
    said = tried(channel(cutting.port), some_letter(), to(ANA))
    assert isinstance(said, Uncertain)
    assert "took no more" in said.message


def test_a_closed_conversation_has_no_answers(cutting: CuttingServer) -> None:
    server = Conversation("127.0.0.1", cutting.port, patience=5)
    server.leave()
    with pytest.raises(smtplib.SMTPServerDisconnected):
        server.getreply()
    late = Conversation("127.0.0.1", cutting.port, patience=5)
    late._patience = -1
    with pytest.raises(smtplib.SMTPServerDisconnected, match="timed out"):
        late.docmd("NOOP")


def test_a_channel_that_was_not_used_is_closed_all_the_same(channel: Open) -> None:
    channel(25).close()


def test_an_answer_that_is_none_leaves_it_open(channel: Open) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:

        def strange() -> None:
            line, _ = listener.accept()
            with line:
                for answer in (b"220 a", b"250 a", b"250 a", b"250 a", b"354 a", b"hello"):
                    line.sendall(answer + b"\r\n")
                    while not line.recv(65536).endswith(b"\r\n"):
                        pass

        thread = threading.Thread(target=strange)
        thread.start()
        said = tried(channel(listener.getsockname()[1]), some_letter(), to(ANA))
        thread.join()
    assert isinstance(said, Uncertain)
    assert "what came is no answer to it" in said.message


def test_a_server_that_refuses_in_the_middle_and_hangs_up_is_heard(channel: Open) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:

        def full() -> None:
            line, _ = listener.accept()
            with line:
                for answer in (b"220 a", b"250 a", b"250 a", b"250 a", b"354 a"):
                    line.sendall(answer + b"\r\n")
                    line.recv(1000)
                line.sendall(b"552 too much\r\n")
                line.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 0, 0))

        thread = threading.Thread(target=full)
        thread.start()
        said = tried(channel(listener.getsockname()[1]), LARGE, to(ANA))
        thread.join()
    assert isinstance(said, NotTaken)
    assert not said.retry
    assert "552 too much" in said.message


def test_an_answer_that_comes_byte_by_byte_has_one_deadline(
    cutting: CuttingServer, channel: Open
) -> None:
    """Each byte comes in time, but the answer does not."""
    cutting.dribbles = 0.2
    said = tried(channel(cutting.port, timeout="1s"), some_letter(), to(ANA))
    assert isinstance(said, NotTaken)
    assert "timed out" in said.message


def test_one_connection_takes_many(cutting: CuttingServer, channel: Open) -> None:
    mails = channel(cutting.port)
    for number in range(20):
        assert isinstance(tried(mails, some_letter(), to(f"a{number}@example.com")), Receipt)
    assert cutting.connections == 1
    assert set(cutting.counts.values()) == {1}
    assert len(cutting.counts) == 20


@pytest.mark.parametrize("cut", [Cut.AFTER_ANSWER, Cut.SILENT_AT_MAIL], ids=lambda c: c.name)
def test_a_connection_that_died_meanwhile_is_replaced_without_a_double(
    cutting: CuttingServer, channel: Open, cut: Cut
) -> None:
    cutting.cuts = [cut]
    mails = channel(cutting.port, timeout="1s")
    said = [tried(mails, some_letter(), to(f"a{n}@example.com")) for n in range(3)]
    assert [isinstance(one, Receipt) for one in said] == [cut is Cut.AFTER_ANSWER, True, True]
    assert set(cutting.counts.values()) == {1}
    assert cutting.connections == 2


def test_what_somebody_else_has_is_not_handed_over(cutting: CuttingServer, channel: Open) -> None:
    def lost() -> None:
        raise NotTaken("somebody else has it", retry=False)

    mails = channel(cutting.port)
    said = tried(mails, some_letter(), to(ANA, begin=lost))
    assert isinstance(said, NotTaken)
    assert cutting.counts == {}
    assert isinstance(tried(mails, some_letter(), to(ANA)), Receipt)
    assert cutting.counts == {ANA: 1}


def test_it_begins_when_the_recipient_is_accepted_and_nothing_is_handed_over(
    cutting: CuttingServer, channel: Open
) -> None:
    begun: list[dict[str, int]] = []
    for cut in (Cut.AT_RCPT, Cut.AT_DATA, Cut.NOWHERE):
        cutting.cuts = [cut]
        mails = channel(cutting.port)
        tried(mails, some_letter(), to(ANA, begin=lambda: begun.append(cutting.counts)))
    assert begun == [{}, {}]


CUTS = st.sampled_from([cut for cut in Cut if cut not in SILENT])


@settings(max_examples=30)
@given(cuts=st.lists(CUTS, max_size=12), hard=st.booleans(), count=st.integers(1, 6))
def test_whatever_breaks_nobody_receives_two_and_nobody_is_forgotten(
    cuts: list[Cut], *, hard: bool, count: int
) -> None:
    """Everybody is tried until it is taken or not known, as the desk does it."""
    said: dict[str, Any] = {}
    with CuttingServer() as server:
        server.cuts, server.hard = list(cuts), hard
        mails = channel_to(server.port)
        for number in range(count):
            recipient = f"a{number}@example.com"
            said[recipient] = NotTaken("not tried yet", retry=True)
            for _ in range(len(cuts) + 2):
                if isinstance(said[recipient], NotTaken):
                    said[recipient] = tried(mails, some_letter(), to(recipient))
        mails.close()
    for recipient, outcome in said.items():
        assert not isinstance(outcome, NotTaken)
        assert agrees(outcome, server.counts.get(recipient, 0)), (recipient, outcome)
