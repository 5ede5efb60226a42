/**
 * Tidemark's client session with nothing in between: ready messages are given to it as a connection would give
 * them, its receipts are answered at once, and every round of messages is a run that has to end proved.
 */
import { answerQuestions } from './questions.mjs';
import { ClientSession, openStream } from './tidemark.mjs';

const MESSAGES = 65_536;
const BLOCK_MESSAGES = 100;

const stream = openStream('users?seed=7');
const payloads = Array.from({ length: MESSAGES }, (_, seq) => stream.message(seq));
const now = () => ({ wallMs: Date.now(), monotonicMs: performance.now() });

function round() {
  const session = new ClientSession({
    url: 'ws://127.0.0.1/users?seed=7&rate=max',
    client: 'floor',
    token: 'floor-floor',
    blockSize: BLOCK_MESSAGES,
    count: MESSAGES,
    plain: false,
    heartbeatMs: 3_600_000,
    random: Math.random,
    resume: undefined,
  });
  const control = (message) => session.receive(Buffer.from(`\u001e${JSON.stringify(message)}`), true, now());
  session.start(now());
  session.opened('tidemark.v1', now());
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
  for (const payload of payloads) {
    for (const output of session.receive(payload, true, now())) {
      if (output.type !== 'block') continue;
      const answered = control({ type: 'verified', block: output.block.block });
      verdict ??= answered.find(({ type }) => type === 'end')?.verdict;
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
