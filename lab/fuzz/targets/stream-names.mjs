// openStream and parseStreamRequest: a stream or request, or a StreamError.
import assert from 'node:assert/strict';
import { parseStreamRequest } from '../../../dist/session/stream-request.js';
import { openStream } from '../../../dist/stream/stream.js';
import { StreamError } from '../../../dist/stream/stream-error.js';

const NAMES = [
  'users',
  'users?seed=7',
  'bytes?size=35&seed=9007199254740991',
  'arrays?dtype=float64&shape=4&dist=uniform&decimals=6&min=0&max=1&encoding=json&seed=1',
  'arrays?dtype=int16&shape=2,3&min=-5&max=32767&encoding=npy',
  'arrays?dist=normal&shape=16,16&decimals=0',
  'arrays?dist=exponential&dtype=float32',
];
const DELIVERY = [
  '?from=0&rate=10&count=1000&client=alice',
  '&rate=1/10s&profile=jitter:0.5&from=live',
  '&profile=burst:100&rate=5k&token=secret-1',
  '&profile=ramp:10-1k/60s&from=7',
  '&profile=sine:0.5/60s&from=live:12',
  '&rate=max&client=%C3%84nne.1',
];
const WORDS = [
  ...[
    'users',
    'arrays',
    'bytes',
    'seed=',
    'size=',
    'dtype=',
    'shape=',
    'dist=',
    'decimals=',
    'min=',
    'max=',
    'encoding=',
    'npy',
  ],
  ...[
    'uint8',
    'int32',
    'float32',
    'normal',
    'exponential',
    'from=',
    'live',
    'live:',
    'rate=',
    'max',
    'profile=',
    'jitter',
    'burst:',
  ],
  ...[
    'ramp:',
    'sine:',
    '/60s',
    'ms',
    'h',
    'k',
    'count=',
    'client=',
    'token=',
    '65536',
    '1000000,1000000',
    ',',
    '-',
    '9007199254740991',
  ],
];
/** Messages are made of those that are small, so that this is about names. */
const MOST_ELEMENTS = 256;

/** @returns {import('../campaign.mjs').OpenTarget} */
export function open() {
  return {
    corpus: [
      ...NAMES,
      ...NAMES.map((name) => `/${name}`),
      ...DELIVERY.map((query, i) => `/users?seed=${i}${query.replace('?', '&')}`),
    ].map((name) => Buffer.from(name)),
    words: WORDS,
    run: (bytes) => {
      // latin1 is how Node hands a request's target over; a name of --help or a log may hold anything.
      const target = outcome(() => requested(bytes.toString('latin1')));
      return `${outcome(() => named(bytes.toString()))} ${target}`;
    },
  };
}

/** @param {() => string} parse */
function outcome(parse) {
  try {
    return parse();
  } catch (error) {
    if (!(error instanceof StreamError)) throw error;
    assert.ok(error.message.length < 1000, 'a message of bounded length');
    return `${error.code} ${error.message.replaceAll(/"(\\.|[^"\\])*"|\d+/g, '#')}`;
  }
}

/** @param {string} name */
function named(name) {
  const stream = openStream(name);
  const again = openStream(stream.name);
  assert.deepEqual(
    [again.name, again.id, again.text],
    [stream.name, stream.id, stream.text],
    'the canonical name is the same stream',
  );
  assert.match(stream.name, /^[a-z]+\?[a-z0-9=&.,-]+$/, 'a canonical name is plain');
  checkMessage(stream);
  return stream.name.replaceAll(/\d+/g, '#');
}

/** @param {ReturnType<typeof openStream>} stream */
function checkMessage(stream) {
  const shape = new URLSearchParams(stream.name.split('?')[1]).get('shape') ?? '1';
  const size = new URLSearchParams(stream.name.split('?')[1]).get('size') ?? '0';
  const elements = shape.split(',').reduce((product, each) => product * Number(each), 1);
  if (elements > MOST_ELEMENTS || Number(size) > 16_384) return;
  const message = stream.message(0);
  if (stream.text) assert.equal(JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(message)).seq, 0);
}

/** @param {string} target */
function requested(target) {
  const request = parseStreamRequest(target, { seed: 1, ratePerSecond: 10 });
  const { from, ratePerSecond, count, client, token, profile } = request;
  assert.ok(ratePerSecond > 0, 'a rate above 0');
  assert.ok(from === undefined || (Number.isSafeInteger(from) && from >= 0), 'from is a seq');
  assert.ok(count === undefined || (Number.isSafeInteger(count) && count >= 0), 'count is a count');
  assert.ok(
    client === undefined || (client.length <= 64 && !/[\p{C}\p{Z}]/u.test(client)),
    'a name that can be printed',
  );
  assert.ok(token === undefined || /^[\w-]{8,128}$/.test(token), 'a token');
  return `${profile.kind} ${from === undefined} ${request.live} ${count === undefined} ${ratePerSecond === Infinity}`;
}
