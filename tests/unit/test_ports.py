"""Ports that a control plane has chosen and does not listen on yet."""

import socket

import pytest

from rehearsal.kubernetes.ports import HOST, Port


@pytest.fixture
def port():
    port = Port()
    yield port
    port.let_go()


def test_nobody_else_gets_it(port):
    with socket.socket() as other:
        other.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        with pytest.raises(OSError, match="in use"):
            other.bind((HOST, port.number))


def test_another_that_wants_it_gets_another(port):
    second = Port(port.number)
    assert second.number != port.number
    second.let_go()


def test_many_that_want_any_get_different_ones():
    ports = [Port() for _ in range(200)]
    assert len({it.number for it in ports}) == 200
    for it in ports:
        it.let_go()


def test_a_program_that_shares_listens_on_it_and_is_reached(port):
    with socket.socket() as server:
        server.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
        server.bind((HOST, port.number))
        server.listen()
        with socket.create_connection((HOST, port.number), timeout=5) as client:
            accepted, _ = server.accept()
            with accepted:
                accepted.sendall(b"it")
                assert client.recv(2) == b"it"


def test_it_is_wanted_again_after_it_was_let_go(port):
    port.let_go()
    again = Port(port.number)
    assert again.number == port.number
    again.let_go()


def test_it_is_held_again_unless_somebody_has_it(port):
    port.let_go()
    with socket.socket() as other:
        other.bind((HOST, port.number))
        port.hold()  # no error: the program that is to listen says so
    port.hold()
    test_nobody_else_gets_it(port)


def test_it_is_had_again_at_once_after_a_program_with_connections_has_ended(port):
    with socket.socket() as server:
        for option in (socket.SO_REUSEADDR, socket.SO_REUSEPORT):  # as a Go program sets them
            server.setsockopt(socket.SOL_SOCKET, option, 1)
        server.bind((HOST, port.number))
        server.listen()
        with socket.create_connection((HOST, port.number), timeout=5):
            accepted, _ = server.accept()
            accepted.close()  # first, so that the connection stays on its side for a minute
    port.let_go()
    again = Port(port.number)
    assert again.number == port.number
    again.let_go()
