"""A feed as a newcomer writes it: a record made for each message, and `await websocket.send`.

Python's faker would make the records more lifelike, and slower: plain random choices are the better case.
"""

import asyncio
import json
import random
import uuid

import websockets

FIRST_NAMES = ["Alice", "Bob", "Carla", "David", "Emma", "Farid", "Grace", "Henry", "Ines", "Jonas"]
LAST_NAMES = ["Miller", "Smith", "Garcia", "Kim", "Novak", "Okafor", "Rossi", "Schmidt", "Tanaka", "Weber"]
CITIES = ["Springfield", "Riverton", "Lake Sharon", "Fairview", "Greenville", "Oakdale", "Madison", "Clinton"]
STREETS = ["Main Street", "Oak Avenue", "Park Road", "Elm Street", "Hill Lane", "Maple Drive", "Cedar Court"]
COUNTRIES = ["Montserrat", "Norway", "Ghana", "Chile", "Japan", "Portugal", "Canada", "Kenya"]
JOBS = ["Direct Markets Architect", "Senior Data Analyst", "Regional Sales Manager", "Lead Web Engineer"]


def make_record(seq):
    first, last = random.choice(FIRST_NAMES), random.choice(LAST_NAMES)
    return {
        "seq": seq,
        "id": str(uuid.uuid4()),
        "name": f"{first} {last}",
        "email": f"{first}.{last}{random.randrange(100)}@example.com",
        "phone": f"1-{random.randrange(200, 1000)}-{random.randrange(200, 1000)}-{random.randrange(10000):04}",
        "address": {
            "street": f"{random.randrange(1, 10000)} {random.choice(STREETS)}",
            "city": random.choice(CITIES),
            "zip": f"{random.randrange(100000):05}",
            "country": random.choice(COUNTRIES),
        },
        "birthdate": f"{random.randrange(1945, 2008)}-{random.randrange(1, 13):02}-{random.randrange(1, 29):02}",
        "job": random.choice(JOBS),
    }


async def feed(websocket):
    seq = 0
    try:
        while True:
            await websocket.send(json.dumps(make_record(seq)))
            seq += 1
    except websockets.ConnectionClosed:
        pass


async def main():
    async with websockets.serve(feed, "127.0.0.1", 0) as server:
        print("port", server.sockets[0].getsockname()[1], flush=True)
        await asyncio.Future()


asyncio.run(main())
