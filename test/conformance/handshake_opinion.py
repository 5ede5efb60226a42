"""Whether wsproto takes each handshake: reads a JSON list of requests from stdin, and writes one of booleans."""

import json
import sys

from wsproto import ConnectionType, WSConnection
from wsproto.events import Request
from wsproto.utilities import RemoteProtocolError


def accepts(request: bytes) -> bool:
    connection = WSConnection(ConnectionType.SERVER)
    try:
        connection.receive_data(request)
        return any(isinstance(event, Request) for event in connection.events())
    except RemoteProtocolError:
        return False


requests = json.load(sys.stdin)
json.dump([accepts(request.encode("latin-1")) for request in requests], sys.stdout)
