// PacketReader and the schemas behind it: what a bench and an agent take from each other, or a fault in a sentence.
import assert from 'node:assert/strict';
import {
  parseCall,
  parseFromAgent,
  parseHello,
  parseTake,
  parseToAgent,
} from '../../../dist/bench/agents/agent-messages.js';
import { PacketFault, PacketReader, PacketWriter } from '../../../dist/bench/agents/packets.js';
import { Histogram } from '../../../dist/measure/histogram.js';
import { encodeHdr } from '../../../dist/run-file/hdr-encoding.js';

const id = '0123456789abcdef0123456789abcdef';
const machine = { node: 'v20.20.2', os: 'Linux 6', architecture: 'x64', cpu: 'A', cores: 2, memory_bytes: 1 };
const recorded = { count: 0, mean_ms: 0, hdr_base64: encodeHdr(new Histogram()) };
const columns = { client: [1], block: [1], elapsed_ms: [0], interval_ms: [1], latency_ms: [null] };
const client = {
  ...{
    client: 1,
    measuredMessages: 1,
    measuredBytes: 1,
    measuredBlocks: 1,
    windowMs: 1,
    messages: 1,
    lost: 0,
  },
  ...{ repeated: 0, reordered: 0, corrupt: 0, resumes: 0, proved: true, provable: true, error: null },
};
const result = {
  clients: [client],
  blocks: { of: 1, ...columns, latency_from_send_ms: [0.5] },
  quantities: { elapsed: recorded, interval: recorded, latency: recorded, latency_from_send: recorded },
  ...{ outages: [], samples: [], clockErrorMs: null, fromMs: 1.5 },
};
const job = {
  ...{ run: 0, attempt: 1, url: 'ws://127.0.0.1:8000/users', plain: false, clients: [1, 2], blockSize: 5 },
  ...{ omit: 2, sample: 10, startedMs: 1e12 },
};

const SESSION = [
  { type: 'beat' },
  { type: 'release' },
  { type: 'probe', probe: 1 },
  { type: 'probed', probe: 1, agentMs: 1.5 },
  { type: 'order', process: 0, order: { type: 'begin', job } },
  { type: 'order', process: 0, order: { type: 'measure', atMs: 12.5 } },
  { type: 'answer', process: 0, answer: { type: 'result', result } },
  { type: 'answer', process: 0, answer: { type: 'failed', error: 'so' } },
  { type: 'ended', reason: 'so' },
];
const GREETINGS = [
  { bench: id },
  { agent: id, name: 'a', tidemark: '0.1.0', machine, processes: 2, takenBy: null },
  {
    session: id,
    by: 'host:77',
    tidemark: '0.1.0',
    url: job.url,
    streams: [{ name: 'users?seed=1', id: '00' }],
  },
];

/** @returns {import('../campaign.mjs').OpenTarget} */
export function open() {
  // The first byte says whether it is a packet.
  const packets = SESSION.flatMap((message) => new PacketWriter(2 ** 20).packets(message));
  return {
    corpus: [
      ...packets.map((packet) => Buffer.concat([Buffer.of(0), packet])),
      ...GREETINGS.map((greeting) => Buffer.concat([Buffer.of(1), Buffer.from(JSON.stringify(greeting))])),
      ...SESSION.map((message) => Buffer.concat([Buffer.of(2), Buffer.from(JSON.stringify(message))])),
    ],
    words: [
      '"type":',
      '"order"',
      '"answer"',
      '"begin"',
      '"result"',
      '"process":',
      '"packet":1',
      '"part":1',
      '\n',
    ],
    run: (bytes) => {
      const rest = bytes.subarray(1);
      const kind = (bytes[0] ?? 0) % 3;
      if (kind === 1) return greeted(rest);
      try {
        const message = kind === 0 ? new PacketReader().read(rest) : JSON.parse(rest.toString());
        if (message === undefined) return 'part';
        return understood(message);
      } catch (error) {
        if (!(error instanceof PacketFault || error instanceof SyntaxError)) throw error;
        assert.ok(error.message.length < 4096, 'a message of bounded length');
        return error.message.replaceAll(/\d+|"[^"]*"/g, '#');
      }
    },
  };
}

/** @param {Buffer} bytes */
function greeted(bytes) {
  const found = [parseCall(bytes), parseHello(bytes), parseTake(bytes)];
  return found.map((each) => each !== undefined).join();
}

/** @param {unknown} message */
function understood(message) {
  return [parseToAgent, parseFromAgent]
    .map((parse) => {
      try {
        const parsed = parse(message);
        const reader = new PacketReader();
        const [again] = new PacketWriter(700).packets(parsed).flatMap((packet) => reader.read(packet) ?? []);
        assert.deepEqual(parse(again), JSON.parse(JSON.stringify(parsed)));
        return parsed.type;
      } catch (error) {
        if (!(error instanceof Error) || error.constructor !== Error) throw error;
        assert.ok(error.message.length < 4096, 'a message of bounded length');
        return error.message.replaceAll(/\d+/g, '#');
      }
    })
    .join(' ');
}
