import array
import socket
import struct
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from autograder.sandbox.frames import HEADER, Channel, Exchange
from autograder.sandbox.interrupts import Broken

Pair = tuple[socket.socket, socket.socket]


def descriptors() -> int:
    """How many descriptors this process has open."""
    return sum(1 for _ in Path("/proc/self/fd").iterdir())


@pytest.fixture
def pair() -> Iterator[Pair]:
    ours, theirs = socket.socketpair()
    with ours, theirs:
        yield ours, theirs


def asked(pair: Pair, payload: bytes = b"?", max_reply: int = 1000) -> tuple[Exchange, bytes]:
    """A request that has gone out, and its nonce."""
    exchange = Exchange(pair[0], max_reply)
    exchange.ask(payload)
    exchange.send()
    return exchange, pair[1].recv(1 << 16)[:8]


def test_a_reply_comes_back(pair: Pair) -> None:
    exchange = Exchange(pair[0], 100)
    exchange.ask(b"question")
    exchange.send()
    channel = Channel(pair[1])
    assert channel.receive() == b"question"
    channel.send(b"answer")
    assert exchange.reply() is None
    exchange.receive()
    assert exchange.reply() == b"answer"


def test_replies_come_in_the_order_of_their_requests(pair: Pair) -> None:
    exchange, channel = Exchange(pair[0], 100), Channel(pair[1])
    exchange.ask(b"one", b"", b"three")
    exchange.send()
    for _ in range(3):
        channel.send(channel.receive() or b"nothing")
    exchange.receive()
    assert [exchange.reply() for _ in range(3)] == [b"one", b"nothing", b"three"]


def test_a_reply_out_of_order_is_refused(pair: Pair) -> None:
    exchange = Exchange(pair[0], 100)
    exchange.ask(b"one", b"two")
    exchange.send()
    second = pair[1].recv(1 << 16)[HEADER.size + 3 :][:8]
    pair[1].sendall(HEADER.pack(second, 1) + b"x")
    exchange.receive()
    with pytest.raises(Broken):
        exchange.reply()


def test_more_than_was_asked_for_fits_no_later_question(pair: Pair) -> None:
    exchange, nonce = asked(pair)
    pair[1].sendall((HEADER.pack(nonce, 1) + b"x") * 2)
    exchange.receive()
    assert exchange.reply() == b"x"
    exchange.ask(b"next")
    with pytest.raises(Broken):
        exchange.reply()


def test_the_channel_says_when_the_grader_hangs_up(pair: Pair) -> None:
    pair[0].close()
    assert Channel(pair[1]).receive() is None


def test_a_reply_to_another_question_is_refused(pair: Pair) -> None:
    exchange, _ = asked(pair)
    pair[1].sendall(HEADER.pack(b"guessed!", 1) + b"x")
    exchange.receive()
    with pytest.raises(Broken):
        exchange.reply()


def test_a_reply_before_the_question_is_refused(pair: Pair) -> None:
    pair[1].sendall(b"early")
    exchange = Exchange(pair[0], 100)
    exchange.ask(b"?")
    with pytest.raises(Broken):
        exchange.receive()


def test_a_declared_length_is_not_believed(pair: Pair) -> None:
    exchange, nonce = asked(pair, max_reply=100)
    pair[1].sendall(struct.pack("!8sI", nonce, 0xFFFFFFFF))
    exchange.receive()
    with pytest.raises(Broken, match="more than"):
        exchange.reply()


def test_a_reply_may_come_byte_by_byte(pair: Pair) -> None:
    exchange, nonce = asked(pair)
    for byte in HEADER.pack(nonce, 2) + b"ok":
        assert exchange.reply() is None
        pair[1].sendall(bytes([byte]))
        exchange.receive()
    assert exchange.reply() == b"ok"


def test_an_empty_reply_is_a_reply(pair: Pair) -> None:
    exchange, nonce = asked(pair)
    pair[1].sendall(HEADER.pack(nonce, 0))
    exchange.receive()
    assert exchange.reply() == b""


@pytest.mark.skipif(not Path("/proc/self/fd").exists(), reason="counts descriptors in /proc")
def test_descriptors_sent_along_do_not_arrive(pair: Pair) -> None:
    exchange, nonce = asked(pair)
    before = descriptors()
    rights = array.array("i", [pair[1].fileno()] * 50)
    pair[1].sendmsg([HEADER.pack(nonce, 1) + b"x"], [(socket.SOL_SOCKET, socket.SCM_RIGHTS, rights)])
    while exchange.reply() is None:
        exchange.receive()
    assert descriptors() == before


@given(st.binary(max_size=200))
def test_any_bytes_end_in_a_reply_or_one_exception(junk: bytes) -> None:
    ours, theirs = socket.socketpair()
    with ours:
        exchange = Exchange(ours, 50)
        exchange.ask(b"?")
        exchange.send()
        nonce = theirs.recv(1 << 16)[:8]
        with theirs:
            theirs.sendall(nonce + junk)
        try:
            while (reply := exchange.reply()) is None:
                exchange.receive()
        except (Broken, EOFError):
            return
        assert len(reply) <= 50
