"""Mail over a real server: delivery, encryption, passwords, refusals."""

import base64
import socket
import ssl
from collections.abc import Callable
from email.utils import parseaddr
from pathlib import Path

import pytest
import trustme
from letters_of_tests import attached, some_letter, to, tried
from mail_servers import PASSWORD, USER, CuttingServer, known_user
from postbox import Postbox, served

from reporter.delivery.base import Bundle, NotTaken, Receipt
from reporter.delivery.email import EmailChannel

Open = Callable[..., EmailChannel]
ANA = "ana@example.com"


def context(authority: trustme.CA, *names: str) -> ssl.SSLContext:
    made = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert(*names).configure_cert(made)
    return made


def test_a_mail_arrives_once(postbox: Postbox, channel: Open) -> None:
    said = channel(postbox.port).deliver(some_letter(), to("Ana Horvat <ana@example.com>"))
    assert said == Receipt("250 2.0.0 taken")
    assert postbox.counts == {ANA: 1}
    mail = postbox.to(ANA)
    assert mail["To"] == "Ana Horvat <ana@example.com>"
    assert mail["Subject"] == "Review: October 2026"
    assert postbox.options[0].startswith("SIZE=")


def test_each_has_a_mail_of_its_own(postbox: Postbox, channel: Open) -> None:
    mails = channel(postbox.port)
    for recipient in (ANA, "ivo@example.com"):
        mails.deliver(some_letter(), to(recipient))
    assert postbox.sessions == 1
    assert {parseaddr(postbox.to(known)["To"])[1] for known in postbox.counts} == set(
        postbox.counts
    )
    assert b"ivo" not in dict(postbox.arrived)[ANA]


def test_several_together_are_one_message(postbox: Postbox, channel: Open) -> None:
    everybody = (ANA, "ivo@example.com", "boss@example.com", "audit@example.com")
    letter = some_letter(together=everybody, cc=everybody[2:3], bcc=everybody[3:])
    channel(postbox.port).deliver(letter, to(", ".join(everybody)))
    assert postbox.counts == dict.fromkeys(everybody, 1)
    contents = {content for _, content in postbox.arrived}
    assert len(contents) == 1
    mail = postbox.to(ANA)
    assert mail["To"] == "ana@example.com, ivo@example.com"
    assert mail["Cc"] == "boss@example.com"
    assert b"audit" not in contents.pop()


def test_of_several_together_one_refused_keeps_it_from_all(postbox: Postbox, channel: Open) -> None:
    postbox.answers["RCPT ivo@example.com"] = "550 5.1.1 no such user"
    letter = some_letter(together=(ANA, "ivo@example.com"))
    said = tried(channel(postbox.port), letter, to("both"))
    assert isinstance(said, NotTaken)
    assert not said.retry
    assert said.message == (
        f"mail server 127.0.0.1:{postbox.port}, recipient ivo@example.com: 550 5.1.1 no such user"
    )
    assert postbox.counts == {}


@pytest.mark.parametrize("code", ["450 4.2.0 later", "550 5.1.0 never"])
@pytest.mark.parametrize("command", ["MAIL", "RCPT", "before DATA", "DATA"])
def test_a_refusal_is_said_and_leaves_nothing_behind(
    postbox: Postbox, channel: Open, command: str, code: str
) -> None:
    postbox.answers[command] = code
    mails = channel(postbox.port)
    said = tried(mails, some_letter(), to(ANA))
    assert isinstance(said, NotTaken)
    assert code in said.message
    assert said.retry == code.startswith("4")
    assert postbox.counts == {}
    del postbox.answers[command]
    assert isinstance(tried(mails, some_letter(), to(ANA)), Receipt)
    assert postbox.counts == {ANA: 1}


@pytest.mark.parametrize("greeting", ["421 too many", "554 no service"])
def test_a_server_that_does_not_greet_has_taken_nothing(channel: Open, greeting: str) -> None:
    with CuttingServer() as server:
        server.greeting = greeting
        said = tried(channel(server.port), some_letter(), to(ANA))
    assert isinstance(said, NotTaken)
    assert greeting in said.message
    assert said.retry == greeting.startswith("4")


def test_one_refused_recipient_does_not_end_the_connection(postbox: Postbox, channel: Open) -> None:
    postbox.answers["RCPT no@example.com"] = "550 no"
    mails = channel(postbox.port)
    for recipient in (ANA, "no@example.com", "ivo@example.com"):
        tried(mails, some_letter(), to(recipient))
    assert postbox.counts == {ANA: 1, "ivo@example.com": 1}
    assert postbox.sessions == 1


@pytest.mark.parametrize("answer", ["421 too many messages", "502 what is RSET"])
def test_a_server_that_takes_so_many_from_one_connection_gets_another(
    postbox: Postbox, channel: Open, answer: str
) -> None:
    mails = channel(postbox.port)
    mails.deliver(some_letter(), to(ANA))
    postbox.answers["RSET"] = answer
    mails.deliver(some_letter(), to("ivo@example.com"))
    assert postbox.counts == {ANA: 1, "ivo@example.com": 1}
    assert postbox.sessions == 2


def test_nobody_listens(channel: Open) -> None:
    with served() as box:
        port = box.port
    said = tried(channel(port), some_letter(), to(ANA))
    assert isinstance(said, NotTaken)
    assert said.retry
    assert said.message == f"mail server 127.0.0.1:{port}, greeting: Connection refused"


def test_a_host_that_cannot_exist_is_not_asked_again(channel: Open) -> None:
    said = tried(channel(25, host=f"{'a' * 64}.example"), some_letter(), to(ANA))
    assert isinstance(said, NotTaken)
    assert not said.retry


def test_starttls(authority: trustme.CA, ca_file: Path, channel: Open) -> None:
    with served(tls_context=context(authority, "127.0.0.1"), require_starttls=True) as box:
        channel(box.port, security="starttls", ca_file=str(ca_file)).deliver(some_letter(), to(ANA))
        assert box.counts == {ANA: 1}
        assert box.secured


def test_tls_from_the_beginning(authority: trustme.CA, ca_file: Path, channel: Open) -> None:
    with served(tls=context(authority, "127.0.0.1")) as box:
        mails = channel(box.port, security="tls", ca_file=str(ca_file))
        mails.deliver(some_letter(attachments=(attached(size=500_000),)), to(ANA))
        assert box.counts == {ANA: 1}


@pytest.mark.parametrize("security", ["starttls", "tls"])
@pytest.mark.parametrize("wrong", ["authority", "host"])
def test_a_wrong_certificate_is_refused(
    authority: trustme.CA, ca_file: Path, channel: Open, security: str, wrong: str
) -> None:
    issuer = trustme.CA() if wrong == "authority" else authority
    made = context(issuer, "127.0.0.1" if wrong == "authority" else "mail.example.com")
    with served(**({"tls": made} if security == "tls" else {"tls_context": made})) as box:
        said = tried(
            channel(box.port, security=security, ca_file=str(ca_file)), some_letter(), to(ANA)
        )
        assert isinstance(said, NotTaken)
        assert not said.retry
        assert "its certificate is not trusted" in said.message
        assert box.counts == {}
        assert box.sessions == (security == "starttls")  # nothing was said after it


def test_no_starttls_no_mail(postbox: Postbox, channel: Open) -> None:
    said = tried(channel(postbox.port, security="starttls"), some_letter(), to(ANA))
    assert isinstance(said, NotTaken)
    assert not said.retry
    assert "offers no STARTTLS" in said.message
    assert postbox.counts == {}


def test_tls_with_a_server_that_speaks_plainly(postbox: Postbox, channel: Open) -> None:
    said = tried(channel(postbox.port, security="tls"), some_letter(), to(ANA))
    assert isinstance(said, NotTaken)
    assert "belong together?" in (said.hint or "")


@pytest.mark.parametrize("password", [PASSWORD, "šifra"])
def test_user_name_and_password(
    authority: trustme.CA, ca_file: Path, channel: Open, password: str
) -> None:
    with served(
        tls_context=context(authority, "127.0.0.1"),
        require_starttls=True,
        auth_required=True,
        authenticator=known_user,
    ) as box:
        mails = channel(
            box.port,
            security="starttls",
            ca_file=str(ca_file),
            username=USER,
            password=password,
        )
        mails.deliver(some_letter(), to(ANA))
        assert box.counts == {ANA: 1}
        assert box.user == USER


@pytest.mark.parametrize("password", ["guessed-wrong", "neispravna-šifra"])
def test_a_wrong_password_is_not_tried_again_and_not_shown(
    authority: trustme.CA, ca_file: Path, channel: Open, password: str
) -> None:
    with served(
        tls_context=context(authority, "127.0.0.1"),
        require_starttls=True,
        authenticator=known_user,
        auth_required=True,
    ) as box:
        mails = channel(
            box.port,
            security="starttls",
            ca_file=str(ca_file),
            username=USER,
            password=password,
        )
        said = tried(mails, some_letter(), to(ANA))
        assert isinstance(said, NotTaken)
        assert not said.retry
        assert "does not accept user name and password: 535" in said.message
        assert password not in said.message
        assert box.counts == {}


def test_a_server_that_repeats_the_password_is_not_quoted(channel: Open) -> None:
    with CuttingServer() as server:
        server.ways, server.echoes = "PLAIN", True
        said = tried(channel(server.port, username=USER, password=PASSWORD), some_letter(), to(ANA))
    assert isinstance(said, NotTaken)
    assert said.message.endswith("535 what is AUTH PLAIN ***")


def test_a_server_that_asks_with_the_password_is_not_quoted(channel: Open) -> None:
    with CuttingServer() as server:
        server.answers = {
            "EHLO": "250-test\r\n250 AUTH LOGIN",
            "AUTH": "334 more",
            "*": "334 {line}",
        }
        said = tried(channel(server.port, username=USER, password=PASSWORD), some_letter(), to(ANA))
    assert isinstance(said, NotTaken)
    assert "logging in" in said.message
    assert "***" in said.message
    assert base64.b64encode(PASSWORD.encode()).decode() not in said.message


def test_a_server_that_repeats_the_password_later_is_not_quoted(channel: Open) -> None:
    with CuttingServer() as server:
        server.answers = {
            "EHLO": "250-test\r\n250 AUTH PLAIN",
            "AUTH": "235 welcome",
            "RCPT": f"550 your password {PASSWORD} has expired",
        }
        said = tried(channel(server.port, username=USER, password=PASSWORD), some_letter(), to(ANA))
    assert isinstance(said, NotTaken)
    assert said.message.endswith("550 your password *** has expired")


def test_a_challenge_that_is_none_may_be_tried_again(channel: Open) -> None:
    with CuttingServer() as server:
        server.answers = {"EHLO": "250-test\r\n250 AUTH CRAM-MD5", "AUTH": "334 abcde"}
        said = tried(channel(server.port, username=USER, password=PASSWORD), some_letter(), to(ANA))
    assert isinstance(said, NotTaken)
    assert said.retry
    assert said.message.endswith("logging in: what it says is no Base64")


@pytest.mark.parametrize("word", ["EHLO", "RCPT"])
def test_an_answer_that_never_ends_is_not_kept(channel: Open, word: str) -> None:
    with CuttingServer() as server:
        server.answers = {word: "..." + "\r\n".join(["250-and so on"] * 1000)}
        said = tried(channel(server.port, timeout="30s"), some_letter(), to(ANA))
    assert isinstance(said, NotTaken)
    assert said.retry
    assert "its answer does not end" in said.message


@pytest.mark.parametrize("limit", ["9" * 5000, "0", "-1", "much", ""])
def test_a_limit_that_is_none(channel: Open, limit: str) -> None:
    with CuttingServer() as server:
        server.answers = {"EHLO": f"250-test\r\n250 SIZE {limit}"}
        said = tried(channel(server.port), some_letter(), to(ANA))
        assert isinstance(said, Receipt)
        assert server.counts == {ANA: 1}


def test_a_login_that_breaks_may_be_tried_again(channel: Open) -> None:
    with CuttingServer() as server:
        server.ways, server.breaks_login = "PLAIN", True
        said = tried(channel(server.port, username=USER, password=PASSWORD), some_letter(), to(ANA))
    assert isinstance(said, NotTaken)
    assert said.retry
    assert PASSWORD not in said.message


@pytest.mark.parametrize(("ways", "password"), [("XOAUTH2", "a"), ("CRAM-MD5", "š")])
def test_a_server_that_takes_no_such_password(channel: Open, ways: str, password: str) -> None:
    with CuttingServer() as server:
        server.ways = ways
        said = tried(channel(server.port, username=USER, password=password), some_letter(), to(ANA))
    assert isinstance(said, NotTaken)
    assert server.counts == {}


def test_passwords_do_not_leave_this_machine_unencrypted(
    channel: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A host that is far by its name; the connection goes to the test's own server."""
    with served(authenticator=known_user, auth_require_tls=False) as box:
        near = socket.create_connection
        monkeypatch.setattr(
            socket, "create_connection", lambda _place, *rest: near(("127.0.0.1", box.port), *rest)
        )
        said = tried(
            channel(box.port, host="mail.example.com", username=USER, password=PASSWORD),
            some_letter(),
            to(ANA),
        )
        assert isinstance(said, NotTaken)
        assert not said.retry
        assert "are not sent unencrypted" in said.message
        assert box.counts == {}


def test_the_servers_own_limit_counts(channel: Open) -> None:
    files = (attached("small.pdf", 10_000), attached("large.pdf", 60_000))
    with served(data_size_limit=60_000) as box:
        said = channel(box.port).deliver(some_letter(attachments=files), to(ANA))
        assert said.text == "250 2.0.0 taken; without large.pdf: too large"
        names = [part.get_filename() for part in box.to(ANA).iter_attachments()]
    assert names == ["small.pdf"]


def test_a_mail_that_is_too_large_without_attachments_is_refused_before_it_is_sent(
    channel: Open,
) -> None:
    with served(data_size_limit=100) as box:
        said = tried(channel(box.port), some_letter(), to(ANA))
        assert isinstance(said, NotTaken)
        assert not said.retry
        assert "552" in said.message
        assert box.counts == {}


def test_letters_beyond_ascii_in_addresses(channel: Open) -> None:
    with served(enable_SMTPUTF8=True) as box:
        mails = channel(box.port)
        mails.deliver(some_letter(subject="Pošta"), to("Željko <željko@pošta.example>"))
        mails.deliver(some_letter(), to(ANA))
        assert box.counts == {"željko@xn--pota-h6a.example": 1, ANA: 1}
        assert box.to("željko@xn--pota-h6a.example")["Subject"] == "Pošta"


def test_a_server_without_them_is_not_given_them(postbox: Postbox, channel: Open) -> None:
    said = tried(channel(postbox.port), some_letter(), to("željko@example.com"))
    assert isinstance(said, NotTaken)
    assert not said.retry
    assert "beyond ASCII" in said.message


def test_what_is_no_address_is_not_sent(postbox: Postbox, channel: Open) -> None:
    said = tried(channel(postbox.port), some_letter(), to("nobody"))
    assert isinstance(said, NotTaken)
    assert not said.retry


def test_files_are_no_mail(postbox: Postbox, channel: Open) -> None:
    with pytest.raises(NotTaken, match="this is no mail"):
        channel(postbox.port).deliver(Bundle(facts=some_letter().facts, path="", files=()), to(ANA))


def test_a_missing_ca_file_is_said(postbox: Postbox, channel: Open) -> None:
    said = tried(channel(postbox.port, security="tls", ca_file="none.pem"), some_letter(), to(ANA))
    assert isinstance(said, NotTaken)
    assert said.message == "mail.caFile none.pem: No such file or directory"
