import { headers } from '@nats-io/transport-node';
import { describe, expect, test } from 'vitest';
import { NatsCarriage } from '../../../src/carriage/nats/nats-carriage.ts';
import { deliveryPlace } from '../../../src/carriage/nats/pulled-messages.ts';
import type { MessageBatch } from '../../../src/measure/message-batch.ts';
import { openStream } from '../../../src/stream/stream.ts';
import { Engine } from './engine.ts';

const stream = openStream('users?seed=7');
const SUBJECT = 'feed.users';

function filled(count: number): Engine {
  const engine = new Engine();
  for (let seq = 0; seq < count; seq++) {
    const head = headers();
    head.set('Tidemark-Stream', stream.name);
    head.set('Tidemark-Seq', String(seq));
    engine.publish(SUBJECT, stream.message(seq), head);
  }
  return engine;
}

function carriageOf(engine: Engine, lastEventId?: string): NatsCarriage {
  const address = {
    ...{ servers: ['a:4222'], tls: false, subject: SUBJECT, user: undefined, password: undefined },
    shown: `nats://a:4222/${SUBJECT}`,
  };
  const nats = { address, access: {}, name: 'a test' };
  const run = { client: 'ann', token: 'a token', stream: undefined };
  return new NatsCarriage({ nats, subject: SUBJECT, ...run, open: engine.open }, lastEventId);
}

/** A run, as far as a carriage sees it: takes messages up to a number of them. */
class Reader {
  seqs: number[] = [];
  announced: string | undefined;
  ended: string | undefined;
  most = Number.POSITIVE_INFINITY;
  readonly connection;
  constructor(carriage: NatsCarriage) {
    this.connection = carriage.open(
      {},
      {
        opened: (_, announced) => {
          this.announced = announced;
        },
        failed: ({ reason }) => {
          this.ended = reason;
        },
        messages: (batch: MessageBatch) => {
          for (; !batch.empty && this.seqs.length < this.most; batch.next++)
            this.seqs.push(batch.seq(batch.next) ?? -1);
        },
        heard: () => {},
        closed: (_, reason) => {
          this.ended = reason;
        },
      },
    );
  }
}

const turn = () => new Promise((resolve) => setTimeout(resolve, 5));
const range = (from: number, end: number) => Array.from({ length: end - from }, (_, index) => from + index);
const acknowledged = (engine: Engine) => [...engine.consumers.values()].flatMap((each) => each.acknowledged);

describe('a carriage from NATS', () => {
  test('brings all that a subject has, in order, and says which stream it is', async () => {
    const engine = filled(2000);
    const reader = new Reader(carriageOf(engine));
    await expect.poll(() => reader.seqs.length).toBe(2000);
    expect(reader.seqs).toEqual(range(0, 2000));
    expect(reader.announced).toBe('users?seed=7');
  });

  test('acknowledges a block when it is stored, and not before', async () => {
    const engine = filled(100);
    const carriage = carriageOf(engine);
    const reader = new Reader(carriage);
    reader.most = 60;
    await expect.poll(() => reader.seqs.length).toBe(60);
    expect(carriage.lastEventId).toBe('60');
    expect(acknowledged(engine)).toEqual([]);
    carriage.stored();
    expect(acknowledged(engine)).toEqual([60]);
  });

  test('leaves out what the run has taken and not stored, when it comes back', async () => {
    const engine = filled(300);
    const carriage = carriageOf(engine);
    const reader = new Reader(carriage);
    await expect.poll(() => reader.seqs.length).toBe(300);
    engine.breakAll();
    await expect.poll(() => reader.ended).toBe('it broke');
    const again = new Reader(carriage);
    await turn();
    const [consumer] = engine.consumers.values();
    expect(consumer?.next).toBe(301); // all were delivered again
    expect(again.seqs).toEqual([]);
    carriage.stored();
    again.connection.terminate();
    engine.publish(SUBJECT, stream.message(300));
    const third = new Reader(carriage);
    await expect.poll(() => third.seqs).toEqual([300]);
  });

  test('begins behind what an earlier process has stored', async () => {
    const reader = new Reader(carriageOf(filled(100), '40'));
    await expect.poll(() => reader.seqs.length).toBe(60);
    expect(reader.seqs).toEqual(range(40, 100));
  });

  test('asks again from where it is when a delivery is missing', async () => {
    const engine = filled(10);
    const carriage = carriageOf(engine);
    const reader = new Reader(carriage);
    await expect.poll(() => reader.seqs.length).toBe(10);
    const [consumer] = engine.consumers.values();
    if (consumer !== undefined) consumer.deliveries++;
    engine.publish(SUBJECT, stream.message(10));
    await expect.poll(() => reader.ended).toContain('JetStream left out a delivery');
    const again = new Reader(carriage);
    await expect.poll(() => again.seqs).toEqual([10]);
  });

  test('publishes receipts to its own subject, and removes its consumer when all has come', async () => {
    const engine = filled(3);
    const reader = new Reader(carriageOf(engine));
    await expect.poll(() => reader.seqs.length).toBe(3);
    reader.connection.sendText('Client ann received 1 block in 5 ms time');
    expect(engine.said).toContainEqual({
      subject: 'tidemark.receipts',
      text: 'Client ann received 1 block in 5 ms time',
    });
    reader.connection.close(1000, 'done');
    await expect.poll(() => reader.ended).toBe('done');
    expect(engine.consumers.size).toBe(0);
  });

  test('reads no stream in which reading removes, and none that ends before what was read', async () => {
    const engine = filled(3);
    const early = new Reader(carriageOf(engine, '7'));
    await expect.poll(() => early.ended).toContain('ends at its message 3, and this run has read up to 7');
    engine.retention = 'workqueue';
    const reader = new Reader(carriageOf(engine));
    await expect.poll(() => reader.ended).toContain('has retention workqueue, where who reads removes');
  });
});

test.each([
  ['$JS.ACK.FEED.c.1.34.12.1700000000.0', { sequence: 34, delivery: 12 }],
  ['$JS.ACK.hub.hash.FEED.c.1.34.12.1700000000.0.token', { sequence: 34, delivery: 12 }],
  ['_INBOX.abc', undefined],
])('the subject %s of an acknowledgement is read', (reply, place) => {
  expect(deliveryPlace(reply)).toEqual(place);
});
