import { parentPort, workerData } from 'node:worker_threads';
import { SecretSeed } from '../stream/secret-seed.ts';
import { encodeSegment } from '../stream/segment.ts';
import { openStream, type Stream } from '../stream/stream.ts';
import type { EncodeRequest, EncodeResponse } from './encoder-pool.ts';

/** The thread of an encoder: makes the segments that it is asked for, in order. */
const STREAMS_KEPT = 100;
const streams = new Map<string, Stream>();
const { secretSeed: secret } = workerData as { secretSeed?: Uint8Array };
const secretSeed = secret === undefined ? undefined : new SecretSeed(secret);

function streamOf(name: string): Stream {
  const stream = streams.get(name) ?? openStream(name, { secretSeed });
  if (streams.size >= STREAMS_KEPT) streams.clear();
  streams.set(name, stream);
  return stream;
}

parentPort?.on('message', ({ key, name, index, span }: EncodeRequest) => {
  const segment = encodeSegment(streamOf(name), index, span);
  const response: EncodeResponse = { key, segment };
  parentPort?.postMessage(response, [segment.bytes.buffer as ArrayBuffer]);
});
