import { once } from 'node:events';
import { WebSocket } from 'ws';

/** A WebSocket that is open, and the texts that come over it. */
export async function open(url: string, protocol?: string): Promise<{ socket: WebSocket; texts: string[] }> {
  const socket = new WebSocket(url, protocol);
  const texts: string[] = [];
  socket.on('message', (data) => texts.push(String(data)));
  await once(socket, 'open');
  return { socket, texts };
}
