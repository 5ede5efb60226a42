/**
 * Tidemark's client with nothing in between: ready frames are walked over and given to its session as from a socket, its receipts are answered at once, and every round of messages is a run that has to end proved.
 */
import { answerQuestions } from '../questions.mjs';
import { encodeSegment, MessageBatch, openStream, ReadMemory, Run, segmentSeries } from '../tidemark.mjs';

const MESSAGES = 65_536;
const BLOCK_MESSAGES = 100;

const stream = openStream('users?seed=7');
const series = segmentSeries(stream, 'websocket');
const segments = Array.from(
  { length: MESSAGES / series.span },
  (_, index) => encodeSegment(series, index).bytes,
);
// A walk writes over what it goes over, as over what was read from a socket.
const memory = new ReadMemory(Math.max(...segments.map(({ length }) => length)));
const { batch } = memory;
const now = () => ({ wallMs: Date.now(), monotonicMs: performance.now() });

function round() {
  const session = new Run({
    client: 'floor',
    link: { ping: true, pause: true, status: true, acknowledge: true, halfClose: false },
    blockSize: BLOCK_MESSAGES,
    count: MESSAGES,
    plain: false,
    heartbeatMs: 3_600_000,
    random: Math.random,
    resume: undefined,
  });
  const control = (/** @type {object} */ message) =>
    session.receive(MessageBatch.of(Buffer.from(`\u001e${JSON.stringify(message)}`), true), now());
  session.start(now());
  session.opened(true, now());
  control({
    type: 'welcome',
    server: '0.0.0',
    client: 'floor',
    token: 'floor-floor',
    stream: stream.name,
    stream_id: stream.id,
    generator: 1,
    faker: '10.6.0',
    from: 0,
    rate: 'max',
    t0_ms: Date.now(),
  });
  let verdict;
  for (const segment of segments) {
    memory.bytes.set(segment, memory.start);
    memory.walk(memory.start, memory.start + segment.length, 1_000_000);
    if (memory.validMessages !== batch.count) throw new Error('text that is not UTF-8');
    const read = now();
    while (!batch.empty) {
      for (const output of session.receive(batch, read)) {
        if (output.type !== 'block') continue;
        session.release(output.block);
        const answered = control({ type: 'verified', block: output.block.block });
        for (const each of answered) if (each.type === 'end') verdict ??= each.verdict;
      }
    }
  }
  return verdict;
}

answerQuestions(({ measureMs }) => {
  const startMs = performance.now();
  let messages = 0;
  while (performance.now() - startMs < measureMs) {
    const verdict = round();
    if (verdict?.verdict !== 'proved' || verdict.messages !== MESSAGES) {
      throw new Error(`the session is not proved: ${JSON.stringify(verdict)}`);
    }
    messages += MESSAGES;
  }
  return (messages * 1000) / (performance.now() - startMs);
});
