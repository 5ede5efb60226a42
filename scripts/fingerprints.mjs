// Fingerprints of the streams' bytes, from the built code: prints them, or with --write rewrites the golden file.
import { createHash } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { openStream } from '../dist/stream/stream.js';

const STREAMS = {
  users: 'users',
  'users, seed 7': 'users?seed=7',
  'arrays, as they are by default': 'arrays',
  'int8, json': 'arrays?dtype=int8',
  'int16, npy': 'arrays?dtype=int16&shape=3,5&encoding=npy',
  'int32, json': 'arrays?dtype=int32&shape=2,3,4&seed=99',
  'uint8, npy': 'arrays?dtype=uint8&shape=7&encoding=npy',
  'uint16, json, min and max': 'arrays?dtype=uint16&min=1000&max=1999',
  'uint32, npy': 'arrays?dtype=uint32&encoding=npy',
  'float32, npy, normal': 'arrays?dtype=float32&dist=normal&decimals=3&shape=16&encoding=npy',
  'float32, json, uniform, whole': 'arrays?dtype=float32&decimals=0&min=-50&max=50',
  'float64, json, normal, 9 decimals': 'arrays?dist=normal&decimals=9&shape=8',
  'float64, json, exponential, 3 decimals': 'arrays?dist=exponential&decimals=3&shape=8',
  'float64, npy, exponential, 9 decimals': 'arrays?dist=exponential&decimals=9&shape=2,2&encoding=npy',
  'float64, json, uniform, 9 decimals, min and max': 'arrays?decimals=9&min=-1.5&max=2.25',
  'bytes, the smallest': 'bytes?size=35',
  'bytes, as they are by default': 'bytes',
  'bytes, 4 KiB, the greatest seed': 'bytes?size=4096&seed=9007199254740991',
};

// Where the seqs begin, where they leave 32 bits, and where they end.
const RANGES = [
  { first: 0, count: 100 },
  { first: 2 ** 32, count: 10 },
  { first: Number.MAX_SAFE_INTEGER - 9, count: 10 },
];

/** The SHA-256 of the messages, one behind the other. */
function sha256(stream) {
  const hash = createHash('sha256');
  for (const { first, count } of RANGES) {
    for (let offset = 0; offset < count; offset++) hash.update(stream.message(first + offset));
  }
  return hash.digest('hex');
}

const fingerprints = {};
for (const [label, name] of Object.entries(STREAMS)) {
  const stream = openStream(name);
  fingerprints[stream.name] = { label, id: stream.id, sha256: sha256(stream) };
}
const text = `${JSON.stringify(fingerprints, null, 2)}\n`;
if (process.argv.includes('--write')) {
  writeFileSync(new URL('../test/golden/fingerprints.json', import.meta.url), text);
} else {
  process.stdout.write(text);
}
