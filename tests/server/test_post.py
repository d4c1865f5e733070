"""Sending a result: to the machine that was checked, under the name that was meant."""

import asyncio
import socket
import ssl
import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from ipaddress import ip_address
from pathlib import Path
from typing import Final

import httpx
import pytest
from live import PostBox

from reporter.server.addresses import Address
from reporter.server.post import NotDelivered, Postman
from reporter.settings.callback_urls import target

LOOPBACK: Final = ip_address("127.0.0.1")
QUICK: Final = httpx.Timeout(0.3)


class Names:
    """A resolver that answers from a list, and remembers what it was asked."""

    def __init__(self, *answers: tuple[str, ...]) -> None:
        self._answers = list(answers)
        self.asked: list[tuple[str, int]] = []

    async def __call__(self, host: str, port: int) -> tuple[Address, ...]:
        self.asked.append((host, port))
        answer = self._answers[min(len(self.asked), len(self._answers)) - 1]
        return tuple(ip_address(text) for text in answer)


def post(postman: Postman, url: str, body: bytes = b"{}") -> None:
    asyncio.run(postman.post(target(url), body))


def lenient(*answers: tuple[str, ...], verify: ssl.SSLContext | None = None) -> Postman:
    resolve = Names(*(answers or (("127.0.0.1",),)))
    return Postman(private_networks=True, resolve=resolve, verify=verify, timeouts=QUICK)


@contextmanager
def answering(reply: bytes, *, tls: ssl.SSLContext | None = None) -> Iterator[int]:
    """A server that says the same to everybody, once for each connection."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        listening.settimeout(0.05)
        stop = threading.Event()

        def serve() -> None:
            while not stop.is_set():
                try:
                    connection, _ = listening.accept()
                except TimeoutError:
                    continue
                with connection:
                    connection.settimeout(2)
                    try:
                        spoken = (
                            tls.wrap_socket(connection, server_side=True) if tls else connection
                        )
                        with spoken:
                            heard = b""
                            while not heard.endswith(b"{}") and (more := spoken.recv(65536)):
                                heard += more
                            spoken.sendall(reply)
                            stop.wait(0.01)
                    except OSError:
                        pass

        thread = threading.Thread(target=serve)
        thread.start()
        try:
            yield listening.getsockname()[1]
        finally:
            stop.set()
            thread.join()


def test_a_result_is_posted_as_it_is(post_box: PostBox) -> None:
    path = post_box.new_path()
    post(lenient(), f"http://reports.example.com:{post_box.port}/{path}?a=%2F&b", b'{"a": 1}')
    assert post_box.bodies[f"/{path}?a=%2F&b"] == [b'{"a": 1}']
    headers = {name.lower(): value for name, value in post_box.headers[-1].items()}
    assert headers["host"] == f"reports.example.com:{post_box.port}"
    assert headers["content-type"] == "application/json"
    assert headers["user-agent"].startswith("reporter/")


@pytest.mark.parametrize("addresses", [("127.0.0.1",), ("8.8.8.8", "127.0.0.1"), ("::1",)])
def test_private_machines_are_not_called(post_box: PostBox, addresses: tuple[str, ...]) -> None:
    before = len(post_box.arrivals)
    postman = Postman(private_networks=False, resolve=Names(addresses), timeouts=QUICK)
    with pytest.raises(NotDelivered, match="not public"):
        post(postman, f"http://reports.example.com:{post_box.port}/x")
    assert len(post_box.arrivals) == before


def test_a_name_that_means_another_machine_a_moment_later_changes_nothing() -> None:
    # First a public address, then ours, where somebody listens: the first one is what counts.
    names = Names(("192.0.2.1",), ("127.0.0.1",))
    with answering(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n") as port:
        postman = Postman(private_networks=True, resolve=names, timeouts=QUICK)
        with pytest.raises(NotDelivered):
            post(postman, f"http://localhost:{port}/x")
    assert names.asked == [("localhost", port)]


def test_the_next_address_is_tried_where_one_does_not_answer(post_box: PostBox) -> None:
    path = post_box.new_path()
    post(lenient(("127.0.0.9", "127.0.0.1")), f"http://reports.example.com:{post_box.port}/{path}")
    assert len(post_box.bodies[f"/{path}"]) == 1


@pytest.mark.parametrize("status", [301, 302, 307, 308, 400, 404, 429, 500, 503])
def test_anything_but_2xx_is_a_failure(post_box: PostBox, status: int) -> None:
    path = post_box.new_path()
    post_box.statuses[f"/{path}"] = [status]
    with pytest.raises(NotDelivered, match=f"the answer was {status}"):
        post(lenient(), f"http://reports.example.com:{post_box.port}/{path}")
    assert "/redirected" not in post_box.bodies


@pytest.mark.parametrize("status", [200, 201, 202, 204])
def test_every_2xx_is_a_success(post_box: PostBox, status: int) -> None:
    path = post_box.new_path()
    post_box.statuses[f"/{path}"] = [status]
    post(lenient(), f"http://reports.example.com:{post_box.port}/{path}")


@pytest.mark.parametrize(
    ("reply", "reason"),
    [
        (b"", "not HTTP, or broke off"),
        (b"SSH-2.0-OpenSSH\r\n\r\n", "not HTTP, or broke off"),
        (b"HTTP/1.1 100 Continue\r\n\r\n", "not HTTP, or broke off"),
        (b"HTTP/1.1 99999 OK\r\n\r\n", "not HTTP, or broke off"),
    ],
)
def test_what_is_no_answer_is_a_failure(reply: bytes, reason: str) -> None:
    with answering(reply) as port, pytest.raises(NotDelivered, match=reason):
        post(lenient(), f"http://reports.example.com:{port}/secret-token")


def test_a_long_answer_is_not_read() -> None:
    endless = b"HTTP/1.1 200 OK\r\nContent-Length: 99999999999\r\n\r\n" + b"x" * 10_000
    with answering(endless) as port:
        post(lenient(), f"http://reports.example.com:{port}/x")


def test_silence_and_closed_ports_are_failures() -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        port = silent.getsockname()[1]
        with pytest.raises(NotDelivered, match="no answer in time"):
            post(lenient(), f"http://reports.example.com:{port}/x")
    with pytest.raises(NotDelivered, match="no connection: the host refuses it"):
        post(lenient(), f"http://reports.example.com:{port}/x")


def test_names_without_addresses_are_failures() -> None:
    async def nowhere(_host: str, _port: int) -> tuple[Address, ...]:
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    async def empty(_host: str, _port: int) -> tuple[Address, ...]:
        return ()

    for resolve in (nowhere, empty):
        postman = Postman(private_networks=True, resolve=resolve, timeouts=QUICK)
        with pytest.raises(NotDelivered, match="has no address"):
            post(postman, "https://reports.example.com/x")


def test_the_proxy_of_the_environment_is_not_used(
    post_box: PostBox, monkeypatch: pytest.MonkeyPatch
) -> None:
    with answering(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n") as proxy:
        monkeypatch.setenv("HTTP_PROXY", f"http://127.0.0.1:{proxy}")
        monkeypatch.setenv("ALL_PROXY", f"http://127.0.0.1:{proxy}")
        path = post_box.new_path()
        post(lenient(), f"http://reports.example.com:{post_box.port}/{path}")
        assert len(post_box.bodies[f"/{path}"]) == 1


class TestTls:
    @pytest.fixture(scope="class")
    @staticmethod
    def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
        """Of results.example.com, and its key in the same file."""
        folder = tmp_path_factory.mktemp("tls")
        name = "results.example.com"
        subprocess.run(
            [
                *("openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt"),
                *("ec_paramgen_curve:prime256v1", "-nodes", "-days", "2", "-subj", f"/CN={name}"),
                *("-addext", f"subjectAltName=DNS:{name}", "-addext", "keyUsage=digitalSignature"),
                *("-keyout", str(folder / "key.pem"), "-out", str(folder / "cert.pem")),
            ],
            check=True,
            capture_output=True,
        )
        both = folder / "both.pem"
        both.write_bytes((folder / "key.pem").read_bytes() + (folder / "cert.pem").read_bytes())
        return both

    @pytest.fixture
    @staticmethod
    def port(certificate: Path) -> Iterator[int]:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificate)
        with answering(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n", tls=context) as port:
            yield port

    def test_the_certificate_is_that_of_the_name(self, certificate: Path, port: int) -> None:
        trusted = ssl.create_default_context(cafile=certificate)
        post(lenient(verify=trusted), f"https://results.example.com:{port}/x")
        with pytest.raises(NotDelivered, match="certificate is not valid"):
            post(lenient(verify=trusted), f"https://others.example.com:{port}/x")
        with pytest.raises(NotDelivered, match="certificate is not valid"):
            post(lenient(verify=trusted), f"https://127.0.0.1:{port}/x")

    def test_and_of_somebody_who_is_trusted(self, port: int) -> None:
        with pytest.raises(NotDelivered, match="certificate is not valid"):
            post(lenient(), f"https://results.example.com:{port}/x")


def test_what_takes_longer_than_everything_may_is_a_failure(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("reporter.server.post._LONGEST_SECONDS", 0.1)
    with socket.create_server(("127.0.0.1", 0)) as silent:
        port = silent.getsockname()[1]
        with pytest.raises(NotDelivered, match="it took too long"):
            post(lenient(), f"http://reports.example.com:{port}/x")
