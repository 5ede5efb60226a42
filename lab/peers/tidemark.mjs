/** What the benchmark takes from Tidemark's inside, in one place. All else goes through its commands. */

export { ReadMemory } from '../../dist/carriage/websocket/read-memory.js';
export { connect } from '../../dist/index.js';
export { MessageBatch } from '../../dist/measure/message-batch.js';
export { Run } from '../../dist/session/run/run.js';
export { encodeSegment } from '../../dist/stream/segment/segment.js';
export { SegmentMemory } from '../../dist/stream/segment/segment-memory.js';
export { segmentSeries } from '../../dist/stream/segment/segment-series.js';
export { openStream } from '../../dist/stream/stream.js';
