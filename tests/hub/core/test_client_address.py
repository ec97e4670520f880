from __future__ import annotations

import logging

import pytest
from django.http import HttpResponse
from django.test import RequestFactory

from hub.core import client_address as module
from hub.core.client_address import client_address, counted_as
from hub.core.middleware import ClientAddressMiddleware

FORGED = {
    "HTTP_FORWARDED": "for=203.0.113.9",
    "HTTP_X_REAL_IP": "203.0.113.9",
    "HTTP_TRUE_CLIENT_IP": "203.0.113.9",
    "HTTP_CF_CONNECTING_IP": "203.0.113.9",
    "HTTP_CLIENT_IP": "203.0.113.9",
    "HTTP_X_CLUSTER_CLIENT_IP": "203.0.113.9",
}


def found(peer="198.51.100.7", **headers):
    return client_address(RequestFactory().get("/", REMOTE_ADDR=peer, **headers))


@pytest.mark.parametrize("proxies", [0, 1, 2])
def test_headers_that_any_client_can_send_are_not_believed(proxies, settings):
    settings.TRUSTED_PROXIES = proxies

    assert found(**FORGED) == "198.51.100.7"


def test_without_a_proxy_of_ours_the_peer_is_the_client(settings):
    settings.TRUSTED_PROXIES = 0

    assert found(HTTP_X_FORWARDED_FOR="203.0.113.9") == "198.51.100.7"


@pytest.mark.parametrize(
    ("proxies", "header", "client"),
    [
        (1, "192.0.2.1", "192.0.2.1"),
        (1, "203.0.113.9, 192.0.2.1", "192.0.2.1"),
        (1, "1.1.1.1,2.2.2.2,  192.0.2.1", "192.0.2.1"),
        (2, "203.0.113.9, 192.0.2.1, 10.0.0.2", "192.0.2.1"),
        (1, "192.0.2.1:4711", "192.0.2.1"),
        (1, "[2001:db8::1]:4711", "2001:db8::1"),
        (1, "::ffff:192.0.2.1", "192.0.2.1"),
        (1, "fe80::1%eth0", "fe80::1"),
    ],
)
def test_each_proxy_of_ours_vouches_for_one_entry_from_the_right(proxies, header, client, settings):
    settings.TRUSTED_PROXIES = proxies

    assert found(peer="10.0.0.1", HTTP_X_FORWARDED_FOR=header) == client


@pytest.mark.parametrize("header", ["", "unknown", "203.0.113.9, _hidden", ", ,", "'; DROP TABLE"])
def test_an_entry_that_is_no_address_leaves_the_peer(header, settings):
    settings.TRUSTED_PROXIES = 1

    assert found(HTTP_X_FORWARDED_FOR=header) == "198.51.100.7"


def test_a_request_that_came_past_a_proxy_is_counted_by_its_peer(settings):
    settings.TRUSTED_PROXIES = 2

    assert found(HTTP_X_FORWARDED_FOR="203.0.113.9") == "198.51.100.7"


def test_behind_a_unix_socket_the_proxys_word_is_all_there_is(settings):
    settings.TRUSTED_PROXIES = 1

    assert found(peer="", HTTP_X_FORWARDED_FOR="192.0.2.1") == "192.0.2.1"
    assert found(peer="") == ""


@pytest.mark.parametrize(
    ("address", "counted"),
    [
        ("192.0.2.1", "192.0.2.1"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("2001:db8:1:2:ffff::1", "2001:db8:1:2::/64"),
        ("2001:db8:1:3::1", "2001:db8:1:3::/64"),
        ("", ""),
    ],
)
def test_an_ipv6_address_counts_as_its_line(address, counted):
    assert counted_as(address) == counted


def test_a_hub_that_does_not_know_of_its_proxy_says_so_once(settings, caplog, monkeypatch):
    monkeypatch.setattr(module, "_told", [])
    settings.TRUSTED_PROXIES = 0

    with caplog.at_level(logging.WARNING):
        found(HTTP_X_FORWARDED_FOR="192.0.2.1")
        found(HTTP_X_FORWARDED_FOR="192.0.2.2")

    assert caplog.text.count("TRUSTED_PROXIES is 0") == 1


def test_whoever_asks_for_the_address_gets_the_same_one(settings):
    settings.TRUSTED_PROXIES = 1
    request = RequestFactory().get("/", REMOTE_ADDR="10.0.0.1", HTTP_X_FORWARDED_FOR="203.0.113.9, 192.0.2.1")

    ClientAddressMiddleware(lambda request: HttpResponse())(request)

    assert (request.META["REMOTE_ADDR"], client_address(request)) == ("192.0.2.1", "192.0.2.1")
