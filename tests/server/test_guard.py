"""Where results may go: URLs that are read without latitude, and machines that are checked."""

import asyncio
import socket
from ipaddress import ip_address
from typing import Final

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reporter.server.addresses import is_public, resolved
from reporter.server.reading import allowed_target
from reporter.settings.callback_urls import Target, beginning, target

ALLOWED: Final = tuple(
    beginning(text)
    for text in (
        "https://reports.example.com/hooks",
        "https://Files.example.com:8443/in/",
        "https://*.example.org/",
        "http://127.0.0.1:8085/",
        "https://[2001:db8::1]/",
        "https://plain.example.net",
    )
)


@pytest.mark.parametrize(
    "url",
    [
        "https://reports.example.com/hooks",
        "https://reports.example.com/hooks/",
        "https://reports.example.com/hooks/a/b?token=x%2Fy&z=1",
        "https://reports.example.com/hooks?token=x",
        "HTTPS://Reports.Example.COM/hooks/a",
        "https://reports.example.com:443/hooks/a",
        "https://reports.example.com:0443/hooks/a",
        "https://files.example.com:8443/in/x.json",
        "https://a.example.org/",
        "https://a.b.example.org",
        "https://xn--bcher-kva.example.org/x",
        "http://127.0.0.1:8085/callbacks/AbC-_~.x",
        "https://[2001:db8:0::1]/a",
        "https://[2001:DB8::1]:443/a",
        "https://plain.example.net?x",
        "https://plain.example.net/a/b;c=d/e.f/...g/%7Ename",
    ],
)
def test_what_begins_as_allowed_is_allowed(url: str) -> None:
    assert allowed_target(url, ALLOWED) is not None


@pytest.mark.parametrize(
    "url",
    [
        # Another scheme, host, port or path.
        "http://reports.example.com/hooks/a",
        "ftp://reports.example.com/hooks/a",
        "file:///etc/passwd",
        "javascript:alert(1)",
        "https://example.com/hooks/a",
        "https://reports.example.com/",
        "https://reports.example.com/Hooks/a",
        "https://reports.example.com/hooksandmore",
        "https://reports.example.com:8443/hooks/a",
        "https://files.example.com/in/x",
        "https://files.example.com:8443/in",
        "https://files.example.com:8443/inner/x",
        "https://example.org/",
        "https://.example.org/",
        "https://evilexample.org/",
        "https://a.example.org.evil.com/",
        "http://a.example.org/",
        "https://evil.com/https://reports.example.com/hooks/",
        "https://evil.com/?https://a.example.org/",
        "http://127.0.0.1/",
        "http://127.0.0.1:80850/",
        "http://localhost:8085/",
        # The same address in disguise.
        "http://2130706433:8085/",
        "http://0x7f000001:8085/",
        "http://0x7f.0.0.1:8085/",
        "http://0177.0.0.1:8085/",
        "http://127.1:8085/",
        "http://127.0.0.01:8085/",
        "http://127.0.0.1.:8085/",
        "http://[::ffff:127.0.0.1]:8085/",
        "http://[::1]:8085/",
        "http://[127.0.0.1]:8085/",
        "http://①②⑦.0.0.1:8085/",
        "http://127。0。0。1:8085/",
        "http://%31%32%37.0.0.1:8085/",
        "https://[2001:db8::1%25eth0]/",
        "https://[2001:db8::1%eth0]/",
        "https://2001:db8::1/",
        # User names, fragments, other signs that two programs could read differently.
        "https://reports.example.com@evil.com/hooks/",
        "https://user:password@reports.example.com/hooks/",
        "https://evil.com\\@reports.example.com/hooks/",
        "https://reports.example.com\\hooks\\a",
        "https://reports.example.com/hooks\\..\\admin",
        "https:\\\\reports.example.com/hooks/",
        "https://reports.example.com#@evil.com/hooks/",
        "https://reports.example.com/hooks/a#fragment",
        "https://evil.com#.example.org/",
        "https://evil.com?.example.org/",
        "https://evil.com%2f.example.org/",
        "https://evil.com%00.example.org/",
        "https://evil.com/.example.org",
        "https://evil.com;.example.org/",
        "https://evil.com&.example.org/",
        "https://a_b.example.org/",
        "https://-a.example.org/",
        "https://a..example.org/",
        "https://a.example.org./",
        "https://bücher.example.org/",
        "https://a.exámple.org/",
        "https://a.ex\u0430mple.org/",  # a Cyrillic a
        "https://a.example\u2024org/",
        "https://\u202ea.example.org/",
        "https:/reports.example.com/hooks/",
        "https:reports.example.com/hooks/",
        "//reports.example.com/hooks/",
        "/hooks/",
        "reports.example.com/hooks/",
        "https:///hooks/",
        "https://",
        "https://:443/hooks/",
        "https://reports.example.com:/hooks/a",
        "https://reports.example.com:0/hooks/a",
        "https://reports.example.com:+443/hooks/a",
        "https://reports.example.com:４４３/hooks/a",
        "https://reports.example.com:443:443/hooks/a",
        "https://reports.example.com:99999999999999999999/hooks/a",
        " https://reports.example.com/hooks/a",
        "https://reports.example.com/hooks/a ",
        "https://reports.example.com/hooks/a\n",
        "https://reports.example.com/hooks/a\r\nX-Evil: 1",
        "https://reports.example.com/hooks/\ta",
        "https://reports.example.com/hooks/a\x00",
        "ht\ntps://reports.example.com/hooks/a",
        "https://reports.example.com/hooks/%zz",
        "https://reports.example.com/hooks/%",
        'https://reports.example.com/hooks/"a"',
        "https://reports.example.com/hooks/{a}",
        "https://reports.example.com/hooks/é",
        # Out of the path again.
        "https://reports.example.com/hooks/../admin",
        "https://reports.example.com/hooks/..",
        "https://reports.example.com/hooks/./a",
        "https://reports.example.com/hooks/%2e%2e/admin",
        "https://reports.example.com/hooks/.%2E/admin",
        "https://reports.example.com/hooks/%252e%252e/admin",
        "https://reports.example.com/hooks/..%2fadmin",
        "https://reports.example.com/hooks/a%2f..%2f..%2fadmin",
        "https://reports.example.com/hooks/a%5c..%5cadmin",
        "https://reports.example.com/hooks/a%255cadmin",
        "https://reports.example.com/hooks/..;/admin",
        "https://reports.example.com/hooks/..;a=b/admin",
        "https://reports.example.com/hooks/a%0d%0aX-Evil:1",
        "https://reports.example.com/hooks/" + "a" * 2048,
        "",
        "x",
    ],
)
def test_what_could_lead_elsewhere_is_refused(url: str) -> None:
    assert allowed_target(url, ALLOWED) is None


@given(
    prefix=st.sampled_from(["https://", "https://reports.example.com", "http://127.0.0.1:8085"]),
    rest=st.text(st.sampled_from("ab./\\@#?:%25eE2f0[]{};&=~ \t\n\u3002éx1-"), max_size=20),
)
def test_whatever_is_allowed_is_read_alike_by_httpx(prefix: str, rest: str) -> None:
    import httpx  # noqa: PLC0415 - only here

    found = allowed_target(prefix + rest, ALLOWED)
    if found is not None:
        url = httpx.URL(prefix + rest)
        assert (url.scheme, url.host) == (found.scheme, found.host)
        assert url.raw_path.decode() == found.path + found.query
        assert not url.userinfo
        assert not url.fragment


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("https://*", "no plain name"),
        ("https://*/", "no plain name"),
        ("https://*.192.0.2.1/", "address"),
        ("https://*.[2001:db8::1]/", "address"),
        ("https://a.*.example.org/", "plain name"),
        ("https://**.example.org/", "plain name"),
        ("https://example.org/?x", "query"),
        ("https://example.org/#x", "characters"),
        ("https://me@example.org/", "characters"),
        ("example.org", "URL"),
        ("*.example.org", "URL"),
    ],
)
def test_beginnings_that_allow_nothing_sensible_are_refused(text: str, why: str) -> None:
    with pytest.raises(ValueError, match=why):
        beginning(text)


def test_a_host_header_names_the_port_where_it_is_unusual() -> None:
    assert target("https://a.example/x").authority == "a.example"
    assert target("http://a.example:8080/x").authority == "a.example:8080"
    assert target("http://[2001:db8::1]:8080/").authority == "[2001:db8::1]:8080"
    assert target("http://a.example?b=1") == Target("http", "a.example", 80, "/", "?b=1")


@pytest.mark.parametrize(
    "address",
    [
        *("127.0.0.1", "127.255.255.254", "0.0.0.0", "10.0.0.1", "172.16.0.1", "192.168.1.1"),  # noqa: S104
        *("169.254.169.254", "100.64.0.1", "192.0.2.1", "198.18.0.1", "224.0.0.1", "239.1.1.1"),
        *("240.0.0.1", "255.255.255.255", "192.0.0.1"),
        *("::", "::1", "fe80::1", "fc00::1", "fd12::1", "fec0::1", "ff02::1", "2001:db8::1"),
        *("::ffff:127.0.0.1", "::ffff:8.8.8.8", "::127.0.0.1", "64:ff9b::7f00:1", "64:ff9b::a00:1"),
        *("64:ff9b:1::1", "2002:7f00:1::", "2002:808:808::", "2001:0:7f00:1::1", "100::1"),
        "3fff::1" if ip_address("3fff::1").is_private else "::2",
    ],
)
def test_addresses_that_are_not_public(address: str) -> None:
    assert not is_public(ip_address(address))


@pytest.mark.parametrize(
    "address", ["8.8.8.8", "1.1.1.1", "2606:4700:4700::1111", "64:ff9b::808:808"]
)
def test_addresses_that_are(address: str) -> None:
    assert is_public(ip_address(address))


def test_a_host_is_resolved_to_all_its_addresses() -> None:
    found = asyncio.run(resolved("localhost", 80))
    assert ip_address("127.0.0.1") in found
    assert len(found) == len(set(found))
    assert asyncio.run(resolved("192.0.2.7", 80)) == (ip_address("192.0.2.7"),)
    with pytest.raises(socket.gaierror):
        asyncio.run(resolved("no-such-host.invalid", 80))
