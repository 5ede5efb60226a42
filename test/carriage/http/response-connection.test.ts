import { once } from 'node:events';
import { createServer, type ServerResponse } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import type { ConnectionListener } from '../../../src/carriage/connection.ts';
import { ResponseConnection } from '../../../src/carriage/http/response-connection.ts';
import { type ResponseForm, responseForms } from '../../../src/carriage/http/response-form.ts';
import type { Alarm } from '../../../src/host/alarm.ts';
import { type Host, systemHost } from '../../../src/host/host.ts';
import { TurnAddress, TurnTaker } from '../../../src/host/turns.ts';

const [LINES, EVENTS, ARRAY] = responseForms(true) as [ResponseForm, ResponseForm, ResponseForm];

const KEEP_ALIVE_MS = 3000;

/** A response that has begun, the alarm that was set for it, what its client has of it by now, and how it was closed. */
async function begun(form: ResponseForm, { speaks = false, version = '1.1' } = {}) {
  let ring = () => {};
  let atMs = 0;
  const host = {
    now: () => ({ wallMs: 0, monotonicMs: 1000 }),
    alarm: (rung: () => void) => {
      ring = rung;
      return { set: (ms: number) => (atMs = ms), clear: () => {} } as unknown as Alarm;
    },
    turns: systemHost.turns,
  } as unknown as Host;
  const server = createServer();
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => {
    server.close();
    server.closeAllConnections();
  });
  const asked = once(server, 'request') as Promise<[unknown, ServerResponse]>;
  const socket = connect((server.address() as AddressInfo).port, '127.0.0.1', () =>
    socket.write(`GET / HTTP/${version}\r\nHost: x\r\n\r\n`),
  );
  let text = '';
  socket.setEncoding('latin1').on('data', (chunk) => {
    text += chunk;
  });
  const closedSocket = new Promise((resolve) => socket.on('close', resolve).on('error', () => {}));
  const [, response] = await asked;
  const below = response.socket ?? expect.fail('it has no socket');
  const connection = new ResponseConnection(response, below, host, new TurnTaker(new TurnAddress()), 5000);
  const closed: number[] = [];
  const ignored = { message: () => {}, heard: () => {}, answered: () => {}, drained: () => {} };
  connection.listen({ ...ignored, closed: (code) => closed.push(code) } satisfies ConnectionListener);
  connection.begin({ form, headers: {}, from: 0, speaks, keepAliveMs: KEEP_ALIVE_MS });
  return {
    ...{ connection, closed, closedSocket, socket },
    ring: () => {
      atMs = 0;
      ring();
    },
    alarmMs: () => atMs,
    body: () => text.split('\r\n\r\n').slice(1).join('\r\n\r\n'),
  };
}

const bytes = (text: string) => Buffer.from(text);

test('what is written together is one chunk, be it little or much', async () => {
  const { connection, body, closed, closedSocket } = await begun(LINES);
  connection.writeFrames([bytes('{"a":1}\n'), bytes('{"b":2}\n')]);
  connection.writeFrames([]);
  connection.writeFrames([Buffer.alloc(4096, 'x'), bytes('\n')]);
  connection.close(1000, 'done');
  await closedSocket;
  expect(body()).toBe(`10\r\n{"a":1}\n{"b":2}\n\r\n1001\r\n${'x'.repeat(4096)}\n\r\n0\r\n\r\n`);
  expect(closed).toEqual([1000]);
});

test('without chunks the bytes go out as they are', async () => {
  const { connection, body, closedSocket } = await begun(LINES, { version: '1.0', speaks: true });
  connection.sendText('\u001e{}');
  connection.writeFrames([bytes('{"a":1}\n')]);
  connection.close(1000, 'done');
  await closedSocket;
  expect(body()).toBe('{"a":1}\n');
});

test('the elements of an array have commas between them, however they come', async () => {
  const { connection, body, closedSocket } = await begun(ARRAY, { version: '1.0' });
  const lines = bytes('1\n2\n');
  connection.writeFrames([lines]);
  connection.writeFrames([bytes('3\n'), bytes('4\n5\n')]);
  connection.close(1000, 'done');
  await closedSocket;
  expect(body()).toBe('[1,2,3,4,5]\n');
  expect(lines.toString()).toBe('1\n2\n'); // others are sent it too
});

test('silence between events is broken by a comment, which is no silence either', async () => {
  const { connection, body, ring, alarmMs } = await begun(EVENTS, { version: '1.0' });
  const comments = () =>
    body()
      .split('\n')
      .filter((line) => line === ':').length;
  await expect.poll(body).not.toBe('');
  expect(alarmMs()).toBe(1000 + KEEP_ALIVE_MS / 2);
  ring(); // it has just begun
  connection.writeFrames([bytes('id: 0\ndata: 1\n\n')]);
  ring();
  await expect.poll(body).toContain('data: 1');
  expect(comments()).toBe(0);
  ring();
  await expect.poll(comments).toBe(1);
  ring();
  ring();
  await expect.poll(comments).toBe(2);
  expect(alarmMs()).toBe(1000 + KEEP_ALIVE_MS / 2);
});

test.each([
  ['lines', LINES, '{"a":1}\n', '{"a":1}\n\n'],
  ['the elements of an array', ARRAY, '1\n2\n', '[1,2\n'],
])('silence between %s is broken by an empty line, for who speaks', async (_, form, sent, expected) => {
  const { connection, body, ring, alarmMs } = await begun(form, { version: '1.0', speaks: true });
  connection.sendText('\u001e{}');
  expect(alarmMs()).toBe(1000 + KEEP_ALIVE_MS / 2);
  connection.writeFrames([bytes(sent)]);
  ring();
  ring();
  ring();
  await expect.poll(body).toBe(expected);
});

test.each([
  ['lines', LINES],
  ['the elements of an array', ARRAY],
])('silence between %s is silence for who does not', async (_, form) => {
  const { alarmMs } = await begun(form);
  expect(alarmMs()).toBe(0);
});

test('who does not take the end is dropped after a while', async () => {
  const { connection, socket, ring, alarmMs, closed, closedSocket } = await begun(LINES);
  socket.pause();
  connection.writeFrames([Buffer.alloc(64 * 1_048_576, '\n')]);
  expect([connection.takesFrames, connection.hasUnsent]).toEqual([false, true]);
  connection.close(1000, 'done');
  expect(alarmMs()).toBe(1000 + 5000);
  ring();
  socket.resume();
  await closedSocket;
  expect(closed).toEqual([1000]);
});

test('the end of one that speaks is in its trailer, in ASCII', async () => {
  const { connection, body, closedSocket } = await begun(LINES, { speaks: true });
  connection.sendText('\u001e{"type":"welcome"}');
  connection.close(4410, 'Zoë has it');
  await closedSocket;
  expect(body()).toBe('0\r\nTidemark-Close: 4410 Zo\\u00eb has it\r\n\r\n');
});

test.each([
  ['leaves', 'end', 1005],
  ['resets it', 'resetAndDestroy', 1005],
] as const)('a peer that %s says no more than that', async (_, how, code) => {
  const { socket, closed } = await begun(LINES);
  socket[how]();
  await expect.poll(() => closed).toEqual([code]);
});
