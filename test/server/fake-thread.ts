import { EventEmitter } from 'node:events';
import type { EncodeRequest, EncodeResponse } from '../../src/server/encoder-pool.ts';
import { encodeSegment } from '../../src/stream/segment.ts';
import { openStream } from '../../src/stream/stream.ts';

/** Stands for `Worker`: does at once what an encoder's thread does, with messages that are cloned as those of threads are. */
export class FakeThread extends EventEmitter {
  constructor() {
    super();
    setImmediate(() => this.emit('online'));
  }

  postMessage(request: EncodeRequest): void {
    const { name, span, segments } = structuredClone(request);
    for (const { key, index, memory } of segments) {
      const response: EncodeResponse = {
        key,
        segment: encodeSegment(openStream(name), index, span, memory),
      };
      this.emit('message', structuredClone(response));
    }
  }

  unref(): void {}
  terminate(): void {}
}
