/** What a client asks with. */
export function clientHandshake(subprotocol?: string): string {
  const offered = subprotocol === undefined ? [] : [`Sec-WebSocket-Protocol: ${subprotocol}`];
  return [
    'GET / HTTP/1.1',
    'Host: localhost',
    'Connection: Upgrade',
    'Upgrade: websocket',
    'Sec-WebSocket-Version: 13',
    'Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==',
    ...offered,
    '\r\n',
  ].join('\r\n');
}
