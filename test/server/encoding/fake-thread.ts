import { EventEmitter } from 'node:events';
import {
  type EncodeRequest,
  type EncoderData,
  SegmentEncoder,
} from '../../../src/server/encoding/segment-encoder.ts';

/**
 * Stands for `Worker`: does at once what an encoder's thread does, with messages that are cloned as those of threads are.
 * While it is asleep it does nothing, and what it was asked for when it is woken.
 */
export class FakeThread extends EventEmitter {
  static asleep = false;
  static readonly #waiting: (() => void)[] = [];
  readonly #encoder: SegmentEncoder;

  constructor(_: URL, { workerData }: { workerData: EncoderData }) {
    super();
    this.#encoder = new SegmentEncoder(structuredClone(workerData));
    setImmediate(() => this.emit('online'));
  }

  static wake(): void {
    FakeThread.asleep = false;
    for (const work of FakeThread.#waiting.splice(0)) work();
  }

  postMessage(request: EncodeRequest): void {
    const asked = structuredClone(request);
    const work = () => {
      this.#encoder.encode(asked, (responses, transfer) => {
        this.emit('message', structuredClone(responses, { transfer }));
      });
    };
    if (FakeThread.asleep) FakeThread.#waiting.push(work);
    else work();
  }

  unref(): void {}
  terminate(): void {}
}
