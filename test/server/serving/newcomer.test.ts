import { describe, expect, test } from 'vitest';
import { type ConnectionListener, WEBSOCKET_LINK } from '../../../src/carriage/connection.ts';
import { systemHost } from '../../../src/host/host.ts';
import { Newcomer } from '../../../src/server/serving/newcomer.ts';
import type { Link } from '../../../src/session/link.ts';

/** An newcomer on a connection that notes what is done to it, and somebody to live on it who notes what is told. */
function coming(link: Link = WEBSOCKET_LINK) {
  const done: string[] = [];
  const told: string[] = [];
  const connection = {
    listen: (listener: ConnectionListener) => done.push(listener === occupant ? 'listen' : 'another listens'),
    ping: () => done.push('ping'),
    setReading: (reading: boolean) => done.push(`reading ${reading}`),
    terminate: () => done.push('terminate'),
  };
  const newcomer = new Newcomer({ connection, link }, systemHost, 60_000, () => done.push('left'));
  const occupant = {
    message: (payload: Uint8Array, text: boolean) => told.push(`${text ? 'text' : 'binary'} ${payload}`),
    heard: () => told.push('heard'),
    answered: () => told.push('answered'),
    drained: () => told.push('drained'),
    closed: (code: number) => told.push(`closed ${code}`),
  };
  return { newcomer, occupant, done, told };
}

describe('a newcomer', () => {
  test('keeps what is sent before anybody lives on it, and is read no further', () => {
    const { newcomer, occupant, done, told } = coming();
    newcomer.message(Uint8Array.of(1), true);
    expect(done).toEqual(['reading false']);
    newcomer.message(Uint8Array.of(2), false);
    newcomer.become(occupant);
    expect(told).toEqual(['text 1', 'binary 2']);
    expect(done).toEqual(['reading false', 'reading false', 'listen']);
  });

  test('leaves its connection to whoever lives on it', () => {
    const { newcomer, occupant, done, told } = coming();
    newcomer.become(occupant);
    expect(done).toEqual(['listen']);
    expect(told).toEqual([]);
  });

  test.each([
    ['a pong', (newcomer: Newcomer) => newcomer.answered()],
    ['a ping', (newcomer: Newcomer) => newcomer.heard()],
    ['a message', (newcomer: Newcomer) => newcomer.message(Uint8Array.of(1), true)],
  ])('gives a sign of life by %s', async (_, sign) => {
    const { newcomer, done } = coming();
    const alive = newcomer.answers();
    expect(done).toEqual(['ping']);
    sign(newcomer);
    expect(await alive).toBe(true);
  });

  test('has given one if it has sent a message: its pong would not be read', async () => {
    const { newcomer } = coming();
    newcomer.message(Uint8Array.of(1), true);
    expect(await newcomer.answers()).toBe(true);
  });

  test.each([
    ['ends', (newcomer: Newcomer) => newcomer.closed()],
    ['gives way', (newcomer: Newcomer) => newcomer.giveWay()],
    ['is to go since the server stops', (newcomer: Newcomer) => newcomer.stop()],
  ])('gives none when it %s, and is gone', async (_, end) => {
    const { newcomer } = coming();
    const alive = newcomer.answers();
    end(newcomer);
    newcomer.answered();
    expect(await alive).toBe(false);
    expect(newcomer.gone).toBe(true);
    expect(await newcomer.answers()).toBe(false);
  });

  test('says that it has left when it ends before anybody lives on it', () => {
    const { newcomer, done } = coming();
    newcomer.closed();
    expect(done).toEqual(['left']);
  });

  test('answers at once over a link without pings: that it is open still has to do', async () => {
    const { newcomer, done } = coming({ ...WEBSOCKET_LINK, ping: false });
    expect(await newcomer.answers()).toBe(true);
    newcomer.closed();
    expect(await newcomer.answers()).toBe(false);
    expect(done).toEqual(['left']);
  });
});
