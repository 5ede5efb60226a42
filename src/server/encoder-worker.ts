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

parentPort?.on('message', ({ name, span, segments }: EncodeRequest) => {
  const stream = streamOf(name);
  for (const { key, index, memory } of segments) {
    const segment = encodeSegment(stream, index, span, memory);
    const response: EncodeResponse = { key, segment };
    const { buffer } = segment.bytes;
    parentPort?.postMessage(response, buffer instanceof ArrayBuffer ? [buffer] : []);
  }
});
