// Fingerprints of the streams' bytes, from the built code: prints them, or with --write rewrites the golden file.
import { createHash } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { openStream } from '../dist/stream/stream.js';

const STREAMS = [
  'users',
  'users?seed=7',
  'arrays',
  'arrays?dtype=int8',
  'arrays?dtype=int16&shape=3,5&encoding=npy',
  'arrays?dtype=int32&shape=2,3,4&seed=99',
  'arrays?dtype=uint8&shape=7&encoding=npy',
  'arrays?dtype=uint16&min=1000&max=1999',
  'arrays?dtype=uint32&encoding=npy',
  'arrays?dtype=float32&dist=normal&decimals=3&shape=16&encoding=npy',
  'arrays?dtype=float32&decimals=0&min=-50&max=50',
  'arrays?dist=normal&decimals=9&shape=8',
  'arrays?dist=exponential&decimals=3&shape=8',
  'arrays?dist=exponential&decimals=9&shape=2,2&encoding=npy',
  'arrays?decimals=9&min=-1.5&max=2.25',
  'bytes?size=35',
  'bytes',
  'bytes?size=4096&seed=9007199254740991',
];

// Where the seqs begin, where they leave 32 bits, and where they end.
const RANGES = [
  { first: 0, count: 100 },
  { first: 2 ** 32, count: 10 },
  { first: Number.MAX_SAFE_INTEGER - 9, count: 10 },
];

/** The SHA-256 of the messages of all ranges, one behind the other. */
function sha256(stream) {
  const hash = createHash('sha256');
  for (const { first, count } of RANGES) {
    for (let offset = 0; offset < count; offset++) hash.update(stream.message(first + offset));
  }
  return hash.digest('hex');
}

const fingerprints = {};
for (const name of STREAMS) {
  const stream = openStream(name);
  fingerprints[name] = { id: stream.id, sha256: sha256(stream) };
}
const text = `${JSON.stringify(fingerprints, null, 2)}\n`;
if (process.argv.includes('--write')) {
  writeFileSync(new URL('../test/golden/fingerprints.json', import.meta.url), text);
} else {
  process.stdout.write(text);
}
