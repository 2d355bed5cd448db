import socket
from threading import Event
from unittest import mock

from django.test import SimpleTestCase

from blog import publichosts
from blog.publichosts import NoSuchHost, addresses_of, is_public

PRIVATE = [
    "0.0.0.0", "10.1.2.3", "100.64.0.1", "100.100.100.200", "127.0.0.1", "127.255.255.254",
    "168.63.129.16", "169.254.169.254", "172.16.0.1", "172.31.255.255", "192.0.0.9", "192.0.2.1",
    "192.88.99.1", "192.168.1.1", "198.18.0.1", "198.51.100.7", "203.0.113.7", "224.0.0.1",
    "239.255.255.250", "240.0.0.1", "255.255.255.255",
    "::", "::1", "::127.0.0.1", "::ffff:127.0.0.1", "::ffff:93.184.215.14", "64:ff9b::7f00:1",
    "64:ff9b::a9fe:a9fe", "64:ff9b:1::1", "100::1", "2001::1", "2001:0:4136:e378:8000:63bf:f5ff::",
    "2001:2::1", "2001:10::1", "2001:db8::1", "2002:7f00:1::", "2002:c0a8:101::1", "3fff::1",
    "4000::1", "5f00::1", "fc00::1", "fd00:ec2::254", "fe80::1", "fe80::1%eth0", "fec0::1",
    "ff02::1", "ff0e::1", "2a00:1450:4001::1%eth0",
    "", "localhost", "0x7f.1", "2130706433", "127.1",
]  # fmt: skip
PUBLIC = [
    "1.1.1.1", "93.184.215.14", "100.63.255.255", "100.128.0.1", "172.15.0.1", "172.32.0.1",
    "192.167.1.1", "223.255.255.255", "2a00:1450:4001:830::200e", "2606:4700::1111",
    "2001:4860:4860::8888", "64:ff9b::5db8:d70e",
]  # fmt: skip


class IsPublicTests(SimpleTestCase):
    def test_what_is_behind_a_door_is_not_public(self):
        for address in PRIVATE:
            self.assertFalse(is_public(address), address)

    def test_sites_are_public(self):
        for address in PUBLIC:
            self.assertTrue(is_public(address), address)


class AddressesTests(SimpleTestCase):
    def test_numbers_in_any_spelling_are_read_as_the_system_reads_them(self):
        for host in ("127.0.0.1", "127.1", "0x7f000001", "2130706433", "017700000001"):
            self.assertEqual(addresses_of(host, 80, seconds=5), ["127.0.0.1"], host)

    def test_a_name_that_does_not_exist_is_told_from_servers_that_do_not_answer(self):
        for number, is_sure in [(socket.EAI_NONAME, True), (socket.EAI_AGAIN, False)]:
            error = socket.gaierror(number, "no")
            with (
                mock.patch.object(publichosts.socket, "getaddrinfo", side_effect=error),
                self.assertRaises(NoSuchHost) as caught,
            ):
                addresses_of("example.org", 80, seconds=5)
            self.assertEqual(caught.exception.is_sure, is_sure)

    def test_a_label_that_no_name_can_have_leads_nowhere(self):
        with self.assertRaises(NoSuchHost):
            addresses_of("x" * 64 + ".example.org", 80, seconds=5)

    def test_a_resolver_that_hangs_is_given_up(self):
        hanging = Event()
        self.addCleanup(hanging.set)
        asked = mock.patch.object(
            publichosts.socket,
            "getaddrinfo",
            side_effect=lambda *args, **kwargs: hanging.wait(10) and [],
        )
        with asked, self.assertRaises(TimeoutError):
            addresses_of("example.org", 80, seconds=0.01)
