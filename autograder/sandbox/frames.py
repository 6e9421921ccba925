"""Frames over a stream socket: eight bytes chosen anew for each request, a length, a payload.

A reply repeats its request's eight bytes, so an answer prepared beforehand fits no question. The trusted side
never allocates what a header merely declares, and receives with plain `recv`: the kernel then closes whatever file
descriptors were sent along.
"""

import os
import socket
import struct

from autograder.sandbox.interrupts import Broken

HEADER = struct.Struct("!8sI")
CHUNK = 1 << 20
FIRST = 1 << 16
"""Most requests are smaller than this, and arrive whole with one call."""


class Channel:
    """The student's side of the socket: takes a request, gives the reply. It blocks, and trusts the grader."""

    def __init__(self, connection: socket.socket) -> None:
        self._connection = connection
        self._nonce = bytes(8)

    def receive(self) -> bytes | None:
        """The next request's payload; None when the grader has hung up."""
        message = bytearray(self._connection.recv(FIRST))
        if not self._complete(message, HEADER.size):
            return None
        self._nonce, length = HEADER.unpack_from(message)
        if not self._complete(message, HEADER.size + length):
            return None
        return bytes(memoryview(message)[HEADER.size :])

    def send(self, payload: bytes) -> None:
        """Reply to the request received last."""
        self._connection.sendall(HEADER.pack(self._nonce, len(payload)) + payload)

    def _complete(self, message: bytearray, size: int) -> bool:
        """Read until `message` has `size` bytes; False when the grader has hung up before."""
        while len(message) < size:
            piece = self._connection.recv(min(size - len(message), CHUNK))
            if not piece:
                return False
            message += piece
        return True


class Exchange:
    """The trusted side of one request and its reply, a step at a time, so that a clock can be kept beside it.

    Attributes:
        reply: the payload, once it is there.
    """

    def __init__(self, connection: socket.socket, payload: bytes, max_reply: int) -> None:
        self._connection = connection
        self._nonce = os.urandom(8)
        self._unsent = memoryview(HEADER.pack(self._nonce, len(payload)) + payload)
        self._received = bytearray()
        self._max_reply = max_reply
        self.reply: bytes | None = None

    @property
    def sending(self) -> bool:
        """Whether part of the request has still to go out."""
        return bool(self._unsent)

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
        """Take what has arrived; a complete reply is then in `reply`.

        Raises:
            EOFError: the other side is gone.
            Broken: what arrives is no reply to this request.
        """
        missing = self._missing()
        while missing:
            try:
                piece = self._connection.recv(min(missing, CHUNK), socket.MSG_DONTWAIT)
            except BlockingIOError:
                return
            except OSError as error:
                raise EOFError from error
            if not piece:
                raise EOFError
            if self._unsent:
                raise Broken("an answer to a question that had not been asked")
            self._received += piece
            whole = len(piece) == missing
            missing = self._missing()
            if not whole:  # a dripping reply is not waited for here
                return
        self.reply = bytes(memoryview(self._received)[HEADER.size :])

    def _missing(self) -> int:
        if len(self._received) < HEADER.size:
            return HEADER.size - len(self._received)
        nonce, length = HEADER.unpack_from(self._received)
        if nonce != self._nonce:
            raise Broken("an answer to a question that had not been asked")
        if length > self._max_reply:
            raise Broken(f"an answer of more than {self._max_reply >> 20} MB")
        return HEADER.size + int(length) - len(self._received)
