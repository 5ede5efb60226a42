// readRunFile, and the reports of what it takes: a run, or a RunFileError in one sentence.
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { analyse } from '../../../dist/analysis/run/analyse.js';
import { reportCsv } from '../../../dist/report/report-csv.js';
import { reportMarkdown, reportText } from '../../../dist/report/report-text.js';
import { readRunFile } from '../../../dist/run-file/read-run-file.js';
import { RunFileError } from '../../../dist/run-file/run-file-error.js';

const machine = { node: 'v20.20.2', os: 'Linux', architecture: 'x64', cpu: 'A', cores: 2, memory_bytes: 1 };
const settings = {
  ...{
    url: 'ws://a',
    plain: false,
    blocks: [1],
    clients: [2],
    streams: ['users?seed=1'],
    stream_ids: ['00'],
  },
  ...{
    rates: [10],
    repeat: 1,
    duration_ms: 1,
    count: null,
    omit: 0,
    seed: 1,
    client_processes: 0,
    agents: 2,
  },
  live_progress: false,
};
const header = {
  ...{ record: 'run', format: 'tidemark.run.v1', started_at: '2026-01-02T03:04:05.678Z', tidemark: '0.1.0' },
  ...{ commit: null, title: null, tags: {}, command: 'tidemark bench', machine, settings },
};
const cell = {
  ...{
    record: 'cell',
    run: 0,
    block: 1,
    clients: 2,
    stream: 'users?seed=1',
    rate: 10,
    repeat: 1,
    from_ms: 0,
  },
  ...{ to_ms: 9, valid: true, reasons: [], proved: true, provable: true, messages: 4, lost: 0, repeated: 0 },
  ...{ reordered: 0, corrupt: 0, resumes: 0, measured_blocks: 2, measured_messages: 2, measured_bytes: 2 },
  ...{ client_msgs_per_s: [5, 5], msgs_per_s: 10, bytes_per_s: 10, clock_error_ms: 0.1 },
  ...{ server_messages: null, server_blocks: null },
};
const sample = {
  ...{ record: 'sample', run: 0, role: 'client', agent: 'a', pid: 7, at_ms: 5, cpu_percent: 5 },
  ...{ loop_lag_p99_ms: 1, loop_lag_max_ms: 1, gc_ms: 0, rss_bytes: 1, messages: 5 },
};
const offset = { clock_offset_ms: 3, clock_error_ms: 1, reasons: [] };
const share = { record: 'share', run: 0, from_ms: 1, ...offset };
const lost = { record: 'lost', run: 0, agent: 'b', attempt: 1, at_ms: 1, reason: 'so' };

/** @returns {import('../campaign.mjs').OpenTarget} */
export function open() {
  const folder = mkdtempSync(join(tmpdir(), 'tidemark-fuzz-'));
  const path = join(folder, 'run.ndjson');
  const agents = ['a', 'b'].map((agent) => ({ record: 'agent', agent, machine, processes: 1 }));
  const shares = [
    { ...share, agent: 'a', clients: [1] },
    { ...share, agent: 'b', clients: [2] },
  ];
  const end = { record: 'end', complete: true, cells: 1, duration_ms: 10 };
  const files = [
    [header],
    [header, ...agents, sample, ...shares, cell, end],
    [header, ...agents, ...shares, lost, ...shares, cell],
    [{ ...header, settings: { ...settings, agents: null } }, { ...sample, agent: null }, cell],
  ];
  return {
    corpus: files.map((records) => Buffer.from(records.map((each) => `${JSON.stringify(each)}\n`).join(''))),
    words: [
      '"record":"share"',
      '"agent":"a"',
      '"clients":[1]',
      '"agent":null',
      '"record":"lost"',
      '\n{',
      '1e308',
    ],
    run: (bytes) => outcome(path, bytes),
    close: () => rmSync(folder, { recursive: true }),
  };
}

/** @param {string} path @param {Buffer} bytes */
function outcome(path, bytes) {
  writeFileSync(path, bytes);
  try {
    const run = readRunFile(path);
    for (const { cell: measured, shares } of run.measurements) {
      const numbers = shares.flatMap(({ clients }) => clients).toSorted((a, b) => a - b);
      const all = Array.from({ length: measured.clients }, (_, index) => index + 1);
      if (shares.length > 0) assert.deepEqual(numbers, all, 'each client once');
    }
    const analysis = analyse(run);
    const text = `${reportText(analysis)}${reportMarkdown(analysis)}${reportCsv(analysis)}`;
    assert.ok(![...text].some((character) => character < ' ' && !/[\r\n]/.test(character)), 'no controls');
    return `${run.measurements.length} ${run.losses.length} ${analysis.invalid} ${analysis.unproved}`;
  } catch (error) {
    if (!(error instanceof RunFileError)) throw error;
    assert.ok(error.message.length < 10_000, 'a message of bounded length');
    return error.message.replace(path, '').replaceAll(/\d+|"(\\.|[^"\\])*"|\{.*\}/g, '#');
  }
}
