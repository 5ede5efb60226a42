"""A dashboard's client in Python, which knows nothing of Tidemark: takes five records and says so.

Needs the package websockets (Debian: python3-websockets), and a server: node dist/cli/tidemark.js serve
    python3 examples/dashboard_feed.py ws://127.0.0.1:8000/users?rate=20
"""

import asyncio
import json
import sys

import websockets


async def main(url: str) -> None:
    async with websockets.connect(url) as socket:
        for _ in range(5):
            user = json.loads(await socket.recv())
            print(user["seq"], user["name"], "of", user["address"]["city"])
        await socket.send("five users are on the dashboard")


asyncio.run(main(sys.argv[1] if len(sys.argv) > 1 else "ws://127.0.0.1:8000/users?rate=20"))
