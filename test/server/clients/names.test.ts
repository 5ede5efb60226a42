import { once } from 'node:events';
import { connect } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, onTestFinished, test } from 'vitest';
import { WebSocket } from 'ws';
import type { ServeOptions } from '../../../src/server/options/serve-options.ts';
import type { ServerEvent } from '../../../src/server/options/server-event.ts';
import { serve } from '../../../src/server/serve.ts';

const PATH = '/users?client=alice&token=first-token&rate=max';

/** A server whose name alice is held, and how to dial it for her. */
async function held(options: ServeOptions = {}) {
  const events: ServerEvent[] = [];
  const server = await serve({ port: 0, encoders: 0, onEvent: (event) => events.push(event), ...options });
  onTestFinished(() => server.close());
  const dial = async (path = PATH, autoPong = true) => {
    const socket = new WebSocket(`${server.url}${path}`, 'tidemark.v1', { autoPong });
    onTestFinished(() => socket.terminate());
    socket.on('error', () => {});
    const closed = once(socket, 'close').then(([code]) => code as number);
    const welcome = once(socket, 'message').then(([data]) => JSON.parse(String(data).slice(1)) as object);
    const pinged = once(socket, 'ping');
    await once(socket, 'open');
    return { socket, closed, welcome, pinged };
  };
  const holder = await dial(PATH.replace('max', '1'));
  await holder.welcome;
  const left = () => events.filter(({ event }) => event === 'leave');
  return { server, dial, holder, left, events };
}

/** Sends a handshake for alice's name and goes away. */
async function handshakeOfNobody(port: number): Promise<void> {
  const socket = connect(port, '127.0.0.1');
  await once(socket, 'connect');
  const head = [
    `GET ${PATH} HTTP/1.1`,
    `Host: 127.0.0.1:${port}`,
    'Connection: Upgrade',
    'Upgrade: websocket',
  ];
  const keys = ['Sec-WebSocket-Version: 13', `Sec-WebSocket-Key: ${Buffer.alloc(16).toString('base64')}`];
  socket.write([...head, ...keys, 'Sec-WebSocket-Protocol: tidemark.v1', '', ''].join('\r\n'));
  await once(socket, 'data'); // the acceptance
  socket.destroy();
}

describe('a name that is held', () => {
  test('goes to who brings its token and answers', async () => {
    const { dial, holder, left, server } = await held();
    const heir = await dial();
    expect(await heir.welcome).toMatchObject({ type: 'welcome', client: 'alice' });
    expect(await holder.closed).toBe(4410);
    expect(left()).toMatchObject([{ client: 'alice', reason: 'superseded' }]);
    expect(server.clients).toBe(1);
  });

  test('stays where it is when the client of a handshake is gone', async () => {
    const { holder, left, server } = await held();
    await handshakeOfNobody(server.port);
    await handshakeOfNobody(server.port);
    await sleep(100);
    expect(holder.socket.readyState).toBe(WebSocket.OPEN);
    expect(left()).toEqual([]);
    expect(server.clients).toBe(1);
  });

  test('stays where it is when nobody answers, and that connection is ended', async () => {
    const { dial, holder, left } = await held({ heartbeatMs: 500 });
    const mute = await dial(PATH, false);
    expect(await mute.closed).toBe(1006);
    expect(holder.socket.readyState).toBe(WebSocket.OPEN);
    expect(left()).toEqual([]);
  });

  test('is waited for by one connection: a later one takes the place of the one before', async () => {
    const { dial, holder } = await held({ heartbeatMs: 600_000 });
    const mute = await dial(PATH, false);
    await mute.pinged;
    const heir = await dial();
    expect(await mute.closed).toBe(1006);
    await heir.welcome;
    expect(await holder.closed).toBe(4410);
  });

  test('goes to who says something before it answers', async () => {
    const { dial, holder, events } = await held();
    const heir = await dial(PATH, false);
    heir.socket.send('hello');
    await heir.welcome;
    expect(await holder.closed).toBe(4410);
    await expect
      .poll(() => events)
      .toContainEqual(expect.objectContaining({ event: 'message', text: 'hello' }));
  });

  test('is not given to who answers when another has got it with its own token', async () => {
    const { dial, holder, server, events } = await held();
    const late = await dial(PATH, false);
    await late.pinged;
    holder.socket.close();
    await holder.closed;
    await expect.poll(() => server.clients).toBe(0);
    const other = await dial('/users?client=alice&token=other-token&rate=1');
    await other.welcome;
    late.socket.pong();
    expect(await late.closed).toBe(4409);
    expect(events.at(-1)).toMatchObject({ event: 'refuse', code: 4409 });
    expect(other.socket.readyState).toBe(WebSocket.OPEN);
  });

  test.each([
    ['a pong', (socket: WebSocket) => socket.pong()],
    ['a text', (socket: WebSocket) => socket.send('late')],
  ])(
    'is not given to who answers late, by %s, when its client has dialled again meanwhile',
    async (_, answer) => {
      const { dial, holder, server, left } = await held();
      const givenUp = await dial(PATH, false);
      await givenUp.pinged;
      holder.socket.terminate();
      await expect.poll(() => server.clients).toBe(0);
      const newer = await dial();
      await newer.welcome;
      answer(givenUp.socket);
      expect(await givenUp.closed).toBe(4409);
      expect(newer.socket.readyState).toBe(WebSocket.OPEN);
      expect(left()).toHaveLength(1);
    },
  );

  test('is not given, in plain mode either, to who answers late', async () => {
    const { dial, holder, server } = await held();
    const givenUp = new WebSocket(`${server.url}${PATH}`, { autoPong: false });
    onTestFinished(() => givenUp.terminate());
    const closed = once(givenUp, 'close');
    await once(givenUp, 'ping');
    holder.socket.terminate();
    await expect.poll(() => server.clients).toBe(0);
    const newer = await dial();
    await newer.welcome;
    givenUp.pong();
    const [code, reason] = (await closed) as [number, Buffer];
    expect(`${code} ${reason}`).toBe(
      '4409 a later connection has got the name alice while this one waited for it',
    );
    expect(newer.socket.readyState).toBe(WebSocket.OPEN);
  });

  test('is not given to who answers when the server has become full', async () => {
    const { dial, holder, server } = await held({ maxClients: 1 });
    const late = await dial(PATH, false);
    await late.pinged;
    holder.socket.close();
    await expect.poll(() => server.clients).toBe(0);
    const other = await dial('/users?client=bob&rate=1');
    await other.welcome;
    late.socket.pong();
    expect(await late.closed).toBe(1013);
    expect(server.clients).toBe(1);
  });

  test('holds up no server that stops', async () => {
    const { dial, server } = await held();
    const mute = await dial(PATH, false);
    await mute.pinged;
    await server.close();
    expect(await mute.closed).toBe(1006);
  });
});
