"""Frames over a stream socket: eight bytes chosen anew for each request, a length, a payload.

A reply repeats its request's eight bytes, so an answer prepared beforehand fits no question. Several requests may be
sent at once; they are answered in their order. The trusted side never allocates what a header merely declares, and
receives with plain `recv`: the kernel then closes whatever file descriptors were sent along.
"""

import os
import socket
import struct
from collections import deque

from autograder.sandbox.interrupts import Broken

NONCE = 8
HEADER = struct.Struct(f"!{NONCE}sI")
CHUNK = 1 << 20
FIRST = 1 << 16
"""Most requests are smaller than this, and arrive whole with one call."""


class Channel:
    """The student's side of the socket: takes a request, gives the reply. It blocks, and trusts the grader."""

    def __init__(self, connection: socket.socket) -> None:
        self._connection = connection
        self._nonce = bytes(NONCE)
        self._arrived = bytearray()

    def receive(self) -> bytes | None:
        """The next request's payload; None when the grader has hung up."""
        if not self._arrived:
            self._arrived += self._connection.recv(FIRST)
        if not self._complete(HEADER.size):
            return None
        self._nonce, length = HEADER.unpack_from(self._arrived)
        end = HEADER.size + length
        if not self._complete(end):
            return None
        payload = bytes(memoryview(self._arrived)[HEADER.size : end])
        del self._arrived[:end]
        return payload

    def send(self, payload: bytes) -> None:
        """Reply to the request received last."""
        self._connection.sendall(HEADER.pack(self._nonce, len(payload)) + payload)

    def _complete(self, size: int) -> bool:
        """Read until `size` bytes have arrived; False when the grader has hung up before."""
        while len(self._arrived) < size:
            piece = self._connection.recv(min(size - len(self._arrived), CHUNK))
            if not piece:
                return False
            self._arrived += piece
        return True


class Exchange:
    """The trusted side of requests and their replies, a step at a time, so that a clock can be kept beside it."""

    def __init__(self, connection: socket.socket, max_reply: int) -> None:
        self._connection = connection
        self._max_reply = max_reply
        self._nonces: deque[bytes] = deque()
        self._unsent = memoryview(b"")
        self._received = bytearray()

    @property
    def sending(self) -> bool:
        """Whether part of the requests has still to go out."""
        return bool(self._unsent)

    def ask(self, *payloads: bytes) -> None:
        """Begin to send requests; those before have all been answered."""
        secret = os.urandom(NONCE * len(payloads))
        self._nonces.extend(secret[place : place + NONCE] for place in range(0, len(secret), NONCE))
        framed = [HEADER.pack(nonce, len(p)) + p for nonce, p in zip(self._nonces, payloads, strict=True)]
        self._unsent = memoryview(b"".join(framed))

    def send(self) -> None:
        """Send what the socket takes now.

        Raises:
            EOFError: the other side is gone.
        """
        try:
            self._unsent = self._unsent[self._connection.send(self._unsent, socket.MSG_DONTWAIT) :]
        except BlockingIOError:
            return
        except OSError as error:
            raise EOFError from error

    def receive(self) -> None:
        """Take what has arrived, once: a dripping reply is not waited for here.

        Raises:
            EOFError: the other side is gone.
            Broken: what arrives answers nothing.
        """
        try:
            piece = self._connection.recv(FIRST, socket.MSG_DONTWAIT)
        except BlockingIOError:
            return
        except OSError as error:
            raise EOFError from error
        if not piece:
            raise EOFError
        if self._unsent:
            raise Broken("an answer to a question that had not been asked")
        self._received += piece

    def reply(self) -> bytes | None:
        """The reply to the first request that has none yet, if it has arrived as a whole.

        Raises:
            Broken: what has arrived is no reply to it.
        """
        if len(self._received) < HEADER.size:
            return None
        nonce, length = HEADER.unpack_from(self._received)
        if nonce != self._nonces[0]:
            raise Broken("an answer to a question that had not been asked")
        if length > self._max_reply:
            raise Broken(f"an answer of more than {self._max_reply >> 20} MB")
        end = HEADER.size + length
        if len(self._received) < end:
            return None
        payload = bytes(memoryview(self._received)[HEADER.size : end])
        del self._received[:end]
        self._nonces.popleft()
        return payload
