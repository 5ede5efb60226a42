import { expect, test } from 'vitest';
import type { WebSocket } from 'ws';
import { AcceptedEvents } from '../../../src/carriage/websocket/accepted-events.ts';
import type { SlicedSocket } from '../../../src/carriage/websocket/sliced-socket.ts';

/** Events of an open connection on which so many answers wait to be sent, and the pongs that went to it. */
function opened() {
  const pongs: string[] = [];
  let heard = 0;
  const sliced = { unsentAnswers: 0 };
  const webSocket = {
    readyState: 1,
    pong: (payload: Buffer) => {
      pongs.push(payload.toString());
      sliced.unsentAnswers++;
    },
  };
  const listener = {
    message: () => {},
    heard: () => void heard++,
    answered: () => {},
    drained: () => {},
    closed: () => {},
  };
  const events = new AcceptedEvents(
    webSocket as unknown as WebSocket,
    sliced as unknown as SlicedSocket,
    listener,
  );
  return { events, pongs, sliced, webSocket, heard: () => heard };
}

test('each ping has its pong', () => {
  const { events, pongs, heard } = opened();
  for (let i = 0; i < 10; i++) events.pinged(Buffer.from(String(i)));
  expect(pongs).toEqual(Array.from({ length: 10 }, (_, i) => String(i)));
  expect(heard()).toBe(10);
});

test('of pings whose pongs are not read only the newest is answered, once there is room', () => {
  const { events, pongs, sliced } = opened();
  for (let i = 0; i < 100_000; i++) events.pinged(Buffer.from(String(i)));
  expect(pongs.length).toBeLessThan(100);
  const before = pongs.length;
  sliced.unsentAnswers = 0;
  events.answersSent();
  events.answersSent();
  expect(pongs.slice(before)).toEqual(['99999']);
});

test('a ping that waits keeps its own bytes alone', () => {
  const { events, pongs, sliced } = opened();
  sliced.unsentAnswers = 1000;
  const chunk = Buffer.from('old');
  events.pinged(chunk);
  chunk.write('new'); // the memory is not its own
  sliced.unsentAnswers = 0;
  events.answersSent();
  expect(pongs).toEqual(['old']);
});

test('none is answered once the connection is closing', () => {
  const { events, pongs, webSocket } = opened();
  webSocket.readyState = 2;
  events.pinged(Buffer.from('late'));
  expect(pongs).toEqual([]);
});
