import { describe, expect, test } from 'vitest';
import { dialFromPage, type NativeWebSocket } from '../../../src/carriage/browser/page-websocket.ts';
import type { Connection } from '../../../src/carriage/connection.ts';

const MOST_BYTES = 100;

/** What a browser lets a page close with. */
const isOfPage = (code = 1000) => code === 1000 || (code >= 3000 && code < 5000);

class FakeWebSocket implements NativeWebSocket {
  binaryType = 'blob';
  protocol = '';
  bufferedAmount = 0;
  onopen: NativeWebSocket['onopen'] = null;
  onmessage: NativeWebSocket['onmessage'] = null;
  onclose: NativeWebSocket['onclose'] = null;
  readonly sent: (string | Uint8Array)[] = [];
  readonly closes: { code?: number | undefined; reason?: string | undefined }[] = [];

  send(data: string | Uint8Array): void {
    this.sent.push(data);
  }

  close(code?: number, reason?: string): void {
    if (!isOfPage(code)) throw new Error(`a page may not close with ${code}`);
    if (new TextEncoder().encode(reason).length > 123) throw new Error('the reason is too long');
    this.closes.push({ code, reason });
  }
}

function dialled(subprotocol: string | undefined = 'tidemark.v1', accessToken?: string) {
  const socket = new FakeWebSocket();
  const told: unknown[] = [];
  let offered: string[] = [];
  const connection: Connection = dialFromPage(
    { url: 'ws://h/users', subprotocol },
    {
      accessToken,
      maximumMessageBytes: 50,
      mostWaitingBytes: MOST_BYTES,
      open: (_, subprotocols) => {
        offered = subprotocols;
        return socket;
      },
    },
    {
      opened: (picked) => told.push(['opened', picked]),
      failed: ({ reason }) => told.push(['failed', reason]),
      messages: (batch) => {
        const payload = new TextDecoder().decode(batch.payload(0));
        told.push([batch.isText(0) ? 'text' : 'binary', payload]);
        batch.next = batch.count;
      },
      heard: () => {},
      closed: (code, reason, own) => told.push(['closed', code, reason, own]),
    },
  );
  const open = () => {
    socket.protocol = subprotocol ?? '';
    socket.onopen?.();
    told.length = 0;
  };
  return { socket, told, offered, connection, open };
}

const soon = () => Promise.resolve();

describe('a WebSocket of a page', () => {
  test('offers the access token as a subprotocol beside tidemark.v1', () => {
    expect(dialled().offered).toEqual(['tidemark.v1']);
    const { offered } = dialled('tidemark.v1', 'a?b>>>');
    const token = `${Buffer.from('a?b>>>').toString('base64url')}`;
    expect(offered).toEqual(['tidemark.v1', `tidemark.token.${token}`]);
  });

  test('says which subprotocol was picked', () => {
    const plain = dialled(undefined);
    plain.socket.onopen?.();
    expect(plain.told).toEqual([['opened', undefined]]);
    const { socket, told } = dialled();
    socket.protocol = 'tidemark.v1';
    socket.onopen?.();
    expect(told).toEqual([['opened', 'tidemark.v1']]);
  });

  test('hands over text as its UTF-8, and binary as it is', () => {
    const { socket, told, open } = dialled();
    open();
    expect(socket.binaryType).toBe('arraybuffer');
    socket.onmessage?.({ data: 'häh' });
    socket.onmessage?.({ data: new TextEncoder().encode('bin').buffer });
    expect(told).toEqual([
      ['text', 'häh'],
      ['binary', 'bin'],
    ]);
  });

  test('that can not be opened says so', () => {
    const { socket, told } = dialled();
    socket.onclose?.({ code: 1006, reason: '' });
    expect(told).toEqual([
      ['failed', expect.stringMatching(/could not be opened.*or it does not let this page in$/)],
    ]);
  });

  test('keeps what comes while reading is held, and hands it over in order', () => {
    const { socket, told, connection, open } = dialled();
    open();
    connection.setReading(false);
    socket.onmessage?.({ data: 'a' });
    socket.onmessage?.({ data: 'b' });
    socket.onclose?.({ code: 1012, reason: 'restart' });
    expect(told).toEqual([]);
    connection.setReading(true);
    expect(told).toEqual([
      ['text', 'a'],
      ['text', 'b'],
      ['closed', 1012, 'restart', false],
    ]);
  });

  test('is closed when more waits than may, which is told once that was taken', () => {
    const { socket, told, connection, open } = dialled();
    open();
    connection.setReading(false);
    for (let count = 0; count < 3; count++) socket.onmessage?.({ data: 'x'.repeat(50) });
    expect(socket.closes).toMatchObject([{ code: 4001 }]);
    expect(socket.onmessage).toBeNull();
    expect(told).toEqual([]);
    connection.setReading(true);
    expect(told.map((each) => (each as unknown[])[0])).toEqual(['text', 'text', 'text', 'closed']);
    expect(told.at(-1)).toEqual(['closed', 1006, 'the page does not take what comes', false]);
  });

  test('refuses a message that is too large, by its own choice', () => {
    const { socket, told, open } = dialled();
    open();
    socket.onmessage?.({ data: 'x'.repeat(51) });
    expect(socket.closes).toMatchObject([{ code: 4002 }]);
    expect(told).toEqual([['closed', 1009, 'a message has 51 bytes, more than 50', true]]);
  });

  test('is given up when the server does not take what it is sent', () => {
    const { socket, told, connection, open } = dialled();
    open();
    connection.sendText('one');
    expect(socket.sent).toEqual(['one']);
    socket.bufferedAmount = MOST_BYTES + 1;
    connection.sendText('two');
    expect(told).toEqual([['closed', 1006, 'the server does not take what it is sent', false]]);
    connection.sendText('three');
    expect(socket.sent).toEqual(['one', 'two']);
  });

  test.each([
    [1000, 1000],
    [1001, 4001],
    [1002, 4002],
    [4422, 4422],
  ])('says %i as %i', (code, said) => {
    const { socket, connection, open } = dialled();
    open();
    connection.close(code, 'why');
    expect(socket.closes).toEqual([{ code: said, reason: 'why' }]);
  });

  test('that is closed while reading is held tells its end', async () => {
    const { socket, told, connection, open } = dialled();
    open();
    connection.setReading(false);
    socket.onmessage?.({ data: 'a' });
    connection.close(1000, 'done');
    await soon();
    expect(told).toEqual([['text', 'a']]);
    socket.onclose?.({ code: 1000, reason: 'done' });
    expect(told.at(-1)).toEqual(['closed', 1000, 'done', false]);
  });

  test('that is dropped waits for nobody, and tells nothing of the socket any more', async () => {
    const { socket, told, connection, open } = dialled();
    open();
    connection.terminate();
    expect(told).toEqual([]);
    await soon();
    expect(told).toEqual([['closed', 1006, '', false]]);
    expect(socket.onmessage).toBeNull();
    connection.terminate();
    await soon();
    expect(told).toHaveLength(1);
  });

  test('that is dropped before it has opened has failed', async () => {
    const { told, connection } = dialled();
    connection.terminate();
    await soon();
    expect(told).toEqual([['failed', expect.any(String)]]);
  });
});
