"""A stand-in for the student's side: a request is a program, the reply is the repr of its `answer` or its exception."""


def serve(channel, folder):
    """Run programs in one namespace, where `channel` and `folder` are known."""
    space = {"channel": channel, "folder": folder}
    while (program := channel.receive()) is not None:
        try:
            exec(program, space)
            reply = repr(space.pop("answer", None))
        except BaseException as error:
            reply = f"{type(error).__name__}: {error}"
        channel.send(reply.encode())
