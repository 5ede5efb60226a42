"""What wsproto says of each case: reads a JSON list from stdin, and writes one of lists of answers."""

import json
import sys

from wsproto.connection import Connection, ConnectionType
from wsproto.events import BytesMessage, CloseConnection, Ping, Pong, TextMessage

SIDES = {"server": ConnectionType.SERVER, "client": ConnectionType.CLIENT}


def answers_of(side: str, data: bytes) -> list[str]:
    connection = Connection(SIDES[side])
    connection.receive_data(data)
    answers: list[str] = []
    message = b""
    for event in connection.events():
        if isinstance(event, (TextMessage, BytesMessage)):
            text = isinstance(event, TextMessage)
            message += event.data.encode() if text else bytes(event.data)
            if event.message_finished:
                answers.append(f"{'text' if text else 'binary'} {message.hex()}")
                message = b""
        elif isinstance(event, Ping):
            answers.append(f"pong {bytes(event.payload).hex()}")
        elif isinstance(event, CloseConnection):
            answers.append("close" if event.code == 1005 else f"close {int(event.code)}")
            break
        elif not isinstance(event, Pong):
            raise TypeError(f"no answer is known to {event!r}")
    return answers


cases = json.load(sys.stdin)
json.dump([answers_of(case["side"], bytes.fromhex(case["hex"])) for case in cases], sys.stdout)
