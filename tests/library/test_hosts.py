"""Names under which a program may be called, and addresses that only this machine reaches."""

import pytest

from emoclassify.errors import UsageError
from emoclassify.listen.hosts import HostNames, host_name, is_loopback, url_host, visitor_of
from emoclassify.listen.settings import ListenSettings


@pytest.mark.parametrize(
    "host",
    ["localhost", "LOCALHOST:8000", "127.0.0.1:1", "[::1]:8000", "Lab.Example", "lab.example.:443", "lab.example:80"],
)
@pytest.mark.parametrize("allowed", ["lab.example", "LAB.example", " Lab.Example. "])
def test_names_are_known_in_any_case(host: str, allowed: str) -> None:
    assert HostNames("127.0.0.1", [allowed]).know(host)


@pytest.mark.parametrize(
    "host",
    [
        *("", "evil.test", "evil.test:8000", "localhost.evil.test", "127.0.0.1.evil.test", "evil.test#localhost"),
        *(
            "localhost@evil.test",
            "localhost/evil.test",
            "evil.test?localhost",
            "[",
            "[::1",
            "localhost:port",
            "0.0.0.0",
        ),
        *("::1", "localhost, evil.test", "localhost evil.test", "lo\x00calhost", "2130706433", "0x7f.1", "10.0.0.1"),
    ],
)
@pytest.mark.parametrize("bound", ["127.0.0.1", "0.0.0.0", "::"])
def test_other_names_never_are(host: str, bound: str) -> None:
    assert not HostNames(bound).know(host, "192.168.1.7")


def test_the_address_that_a_call_came_in_at_is_known() -> None:
    names = HostNames("0.0.0.0")
    assert names.know("192.168.1.7:8000", "192.168.1.7")
    assert names.know("192.168.1.7", "::ffff:192.168.1.7")  # as a socket for both kinds tells it
    assert names.know("[2001:DB8::7]:8000", "2001:db8:0::7")
    assert not names.know("192.168.1.8", "192.168.1.7")
    assert not names.know("evil.test", "evil.test")


def test_the_address_it_is_bound_to_is_known() -> None:
    assert HostNames("192.168.1.7").know("192.168.1.7:8000")
    assert HostNames("lab").know("LAB:8000")


@pytest.mark.parametrize(("host", "reaches"), [("localhost", True), ("127.1.2.3", True), ("::1", True)])
def test_what_only_this_machine_reaches(host: str, reaches: bool) -> None:
    assert is_loopback(host) is reaches
    for other in ("0.0.0.0", "::", "192.168.1.7", "lab", "localhost.evil.test", ""):
        assert not is_loopback(other)


def test_addresses_to_open() -> None:
    assert [url_host(host) for host in ("127.0.0.1", "0.0.0.0", "::", "fe80::1", "lab")] == [
        *("127.0.0.1", "localhost", "localhost", "[fe80::1]", "lab")
    ]
    assert host_name("Lab.Example.:80") == "lab.example"


def test_limits_are_read_from_the_environment_and_checked() -> None:
    environ = {"EMOCLASSIFY_MAX_CONNECTIONS": "50", "EMOCLASSIFY_HEADER_S": "2.5", "EMOCLASSIFY_ALLOWED_HOSTS": "a, B"}
    settings = ListenSettings.read(environ)
    assert (settings.max_connections, settings.header_s, settings.allowed_hosts) == (50, 2.5, ("a", "B"))
    with pytest.raises(UsageError, match="EMOCLASSIFY_MAX_CONNECTIONS must be at least 16"):
        ListenSettings.read({"EMOCLASSIFY_MAX_CONNECTIONS": "1"})


def test_a_visitor_is_an_address_and_of_ipv6_a_house() -> None:
    assert visitor_of("203.0.113.7") == visitor_of("::ffff:203.0.113.7") == "203.0.113.7"
    assert visitor_of("2001:db8:1:2::1") == visitor_of("2001:db8:1:2:ffff::9") == "2001:db8:1:2::/64"
    assert visitor_of("2001:db8:1:3::1") != visitor_of("2001:db8:1:2::1")
    assert visitor_of("fe80::1%eth0") == "fe80::/64"
    assert visitor_of("") == ""
