"""A feed as a newcomer writes it: a record of Faker's made for each message, and `await websocket.send`."""

import asyncio
import json

import websockets
from faker import Faker

fake = Faker()


def make_record(seq):
    return {
        "seq": seq,
        "id": str(fake.uuid4()),
        "name": fake.name(),
        "email": fake.email(),
        "phone": fake.phone_number(),
        "address": {
            "street": fake.street_address(),
            "city": fake.city(),
            "zip": fake.zipcode(),
            "country": fake.country(),
        },
        "birthdate": str(fake.date_of_birth()),
        "job": fake.job(),
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
