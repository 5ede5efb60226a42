/** One handshake with the server: what is sent, and the status that is answered; 101 is an open connection. */
export interface HandshakeCase {
  readonly name: string;
  readonly request: string;
  readonly status: number;
  /** Whether python3-wsproto would take it, where that is not the same, and why both may be right. */
  readonly secondOpinion?: { readonly accepts: boolean; readonly why: string };
}

const KEY = 'Sec-WebSocket-Key';
const VERSION = 'Sec-WebSocket-Version';
const RIGHT = {
  Host: '127.0.0.1',
  Connection: 'Upgrade',
  Upgrade: 'websocket',
  [VERSION]: '13',
  [KEY]: 'dGhlIHNhbXBsZSBub25jZQ==',
} as const;

type Headers = Readonly<Record<string, string | undefined>>;

function request(changed: Headers = {}, line = 'GET /echo HTTP/1.1', more: readonly string[] = []): string {
  const headers = Object.entries({ ...RIGHT, ...changed }).flatMap(([name, value]) =>
    value === undefined ? [] : [`${name}: ${value}`],
  );
  return [line, ...headers, ...more, '', ''].join('\r\n');
}

const accepts = (why: string) => ({ accepts: true, why });
const NO_KEY_CHECK = accepts('wsproto does not look at what the key is');
const NO_LIMIT = accepts('wsproto has no limit if all comes at once');
const NO_TOKEN_CHECK = accepts('wsproto does not check names of subprotocols');

export const HANDSHAKE_CASES: readonly HandshakeCase[] = [
  { name: 'as it should be', request: request(), status: 101 },
  { name: 'a query', request: request({}, 'GET /echo?case=1 HTTP/1.1'), status: 101 },
  {
    name: 'names of headers in capitals',
    request: request().replaceAll(/^[\w-]+:/gm, (name) => name.toUpperCase()),
    status: 101,
  },
  {
    name: 'values in capitals',
    request: request({ Upgrade: 'WebSocket', Connection: 'UPGRADE' }),
    status: 101,
  },
  {
    name: 'Connection with more in it',
    request: request({ Connection: 'keep-alive, Upgrade' }),
    status: 101,
  },
  {
    name: 'subprotocols that the server does not know',
    request: request({ 'Sec-WebSocket-Protocol': 'a, b' }),
    status: 101,
  },
  {
    name: 'extensions that the server does not have',
    request: request({ 'Sec-WebSocket-Extensions': 'permessage-deflate; client_max_window_bits' }),
    status: 101,
  },
  { name: 'version 12', request: request({ [VERSION]: '12' }), status: 400 },
  {
    name: 'version 8',
    request: request({ [VERSION]: '8' }),
    status: 101,
    secondOpinion: { accepts: false, why: 'ws also takes version 8, a draft that has the same frames' },
  },
  { name: 'version 14', request: request({ [VERSION]: '14' }), status: 400 },
  { name: 'version x', request: request({ [VERSION]: 'x' }), status: 400 },
  { name: 'no version', request: request({ [VERSION]: undefined }), status: 400 },
  { name: 'no key', request: request({ [KEY]: undefined }), status: 400 },
  { name: 'an empty key', request: request({ [KEY]: '' }), status: 400, secondOpinion: NO_KEY_CHECK },
  {
    name: 'a key of 15 bytes',
    request: request({ [KEY]: Buffer.alloc(15, 1).toString('base64') }),
    status: 400,
    secondOpinion: NO_KEY_CHECK,
  },
  {
    name: 'a key of 17 bytes',
    request: request({ [KEY]: Buffer.alloc(17, 1).toString('base64') }),
    status: 400,
    secondOpinion: NO_KEY_CHECK,
  },
  {
    name: 'a key that is not base64',
    request: request({ [KEY]: 'dGhlIHNhbXBsZSBub25jZ!==' }),
    status: 400,
    secondOpinion: NO_KEY_CHECK,
  },
  {
    name: 'two keys',
    request: request({}, undefined, [`${KEY}: AAAAAAAAAAAAAAAAAAAAAA==`]),
    status: 400,
    secondOpinion: NO_KEY_CHECK,
  },
  { name: 'no Upgrade', request: request({ Upgrade: undefined }), status: 426 },
  { name: 'no Connection', request: request({ Connection: undefined }), status: 426 },
  { name: 'Connection: close', request: request({ Connection: 'close' }), status: 426 },
  { name: 'Upgrade to something else', request: request({ Upgrade: 'h2c' }), status: 426 },
  { name: 'POST', request: request({}, 'POST /echo HTTP/1.1'), status: 405 },
  { name: 'PUT', request: request({}, 'PUT /echo HTTP/1.1'), status: 405 },
  { name: 'HEAD', request: request({}, 'HEAD /echo HTTP/1.1'), status: 405 },
  {
    name: 'HTTP/1.0',
    request: request({}, 'GET /echo HTTP/1.0'),
    status: 400,
    secondOpinion: accepts('wsproto leaves the version of HTTP to whoever uses it'),
  },
  {
    name: 'HTTP/2.0',
    request: request({}, 'GET /echo HTTP/2.0'),
    status: 400,
    secondOpinion: accepts('wsproto leaves the version of HTTP to whoever uses it'),
  },
  {
    name: 'no HTTP at all',
    request: 'hello\r\n\r\n',
    status: 400,
  },
  { name: 'no Host', request: request({ Host: undefined }), status: 400 },
  { name: 'two Hosts', request: request({}, undefined, ['Host: example.org']), status: 400 },
  { name: 'a header without a colon', request: request({}, undefined, ['nonsense']), status: 400 },
  {
    name: 'a header with a control character',
    request: request({ 'X-A': 'a\u0001b' }),
    status: 400,
    secondOpinion: accepts('its HTTP parser takes control characters but for the line ends'),
  },
  {
    name: 'a header that is folded',
    request: request({ 'X-A': 'a\r\n b' }),
    status: 400,
    secondOpinion: accepts('its HTTP parser still joins folded lines, which RFC 9112 lets a server refuse'),
  },
  {
    name: 'a header of 100 kB',
    request: request({ 'X-A': 'a'.repeat(100_000) }),
    status: 431,
    secondOpinion: NO_LIMIT,
  },
  {
    name: '5,000 headers',
    request: request(
      {},
      undefined,
      Array.from({ length: 5000 }, (_, i) => `X-${i}: a`),
    ),
    status: 431,
    secondOpinion: NO_LIMIT,
  },
  {
    name: 'a path of 100 kB',
    request: request({}, `GET /${'a'.repeat(100_000)} HTTP/1.1`),
    status: 431,
    secondOpinion: NO_LIMIT,
  },
  {
    name: 'a subprotocol that is no token',
    request: request({ 'Sec-WebSocket-Protocol': 'a b' }),
    status: 400,
    secondOpinion: NO_TOKEN_CHECK,
  },
  {
    name: 'a subprotocol twice',
    request: request({ 'Sec-WebSocket-Protocol': 'a, a' }),
    status: 400,
    secondOpinion: NO_TOKEN_CHECK,
  },
  { name: 'a length that says there is no body', request: request({ 'Content-Length': '0' }), status: 101 },
  {
    name: 'a body',
    request: `${request({ 'Content-Length': '2' })}hi`,
    status: 400,
    secondOpinion: accepts('wsproto leaves the body to the frames behind it'),
  },
];
