"""A server that is not Tidemark: sends numbered lines at a steady pace and prints whatever a client says."""

import asyncio
import itertools
import sys

import websockets


async def feed(socket) -> None:
    async def listen() -> None:
        async for text in socket:
            print(f"said {text}", flush=True)

    listener = asyncio.ensure_future(listen())
    try:
        for number in itertools.count():
            await socket.send(f"line {number}")
            await asyncio.sleep(0.01)
    except websockets.ConnectionClosed as closed:
        print(f"closed {closed.code}", flush=True)
    finally:
        listener.cancel()


async def main(port: int) -> None:
    async with websockets.serve(feed, "127.0.0.1", port):
        print("listening", flush=True)
        await asyncio.Future()


asyncio.run(main(int(sys.argv[1])))
