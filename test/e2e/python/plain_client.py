"""A client that knows nothing of Tidemark: takes N messages from a URL, prints each, says something, and leaves."""

import asyncio
import sys

import websockets


async def main(url: str, count: int, farewell: str) -> None:
    async with websockets.connect(url) as socket:
        for _ in range(count):
            message = await socket.recv()
            print(message if isinstance(message, str) else len(message), flush=True)
        await socket.send(farewell)


asyncio.run(main(sys.argv[1], int(sys.argv[2]), sys.argv[3]))
