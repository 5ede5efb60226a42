"""Reads a subject of a JetStream stream with nothing but sockets and the text protocol of NATS, and prints each message on a line.

usage: nats_reader.py PORT STREAM SUBJECT
Ends when it has printed what the stream holds of the subject.
"""

import json
import socket
import sys

port, stream, subject = int(sys.argv[1]), sys.argv[2], sys.argv[3]
connection = socket.create_connection(("127.0.0.1", port))
lines = connection.makefile("rb")


def send(command, payload=None):
    connection.sendall(command.encode() + b"\r\n" + (b"" if payload is None else payload + b"\r\n"))


def next_message():
    """Gives the subject and the payload of the next message."""
    while True:
        words = lines.readline().decode().split()
        if not words:
            sys.exit("NATS closed the connection")
        if words[0] == "PING":
            send("PONG")
        elif words[0] == "-ERR":
            sys.exit(" ".join(words))
        elif words[0] in ("MSG", "HMSG"):
            body = lines.read(int(words[-1]) + 2)[:-2]
            return words[1], body[int(words[-2]) :] if words[0] == "HMSG" else body


lines.readline()
send('CONNECT {"verbose":false,"pedantic":false,"headers":true,"name":"a foreign reader"}')
send("SUB answers 1")
send("SUB feed 2")
config = {"deliver_subject": "feed", "filter_subject": subject, "ack_policy": "none", "deliver_policy": "all"}
request = json.dumps({"stream_name": stream, "config": config}).encode()
send(f"PUB $JS.API.CONSUMER.CREATE.{stream} answers {len(request)}", request)
due, printed = None, 0
while due is None or printed < due:
    at, payload = next_message()
    if at == "answers":
        answer = json.loads(payload)
        if "error" in answer:
            sys.exit(answer["error"]["description"])
        # What was delivered before the answer was written is not pending any more.
        due = answer["num_pending"] + answer["delivered"]["consumer_seq"]
    else:
        sys.stdout.buffer.write(payload + b"\n")
        printed += 1
