import { parentPort, workerData } from 'node:worker_threads';
import { type EncodeRequest, type EncoderData, SegmentEncoder } from './segment-encoder.ts';

/** The program of an encoder's thread. */
const encoder = new SegmentEncoder(workerData as EncoderData);

parentPort?.on('message', (request: EncodeRequest) => {
  encoder.encode(request, (responses, given) => parentPort?.postMessage(responses, given));
});
