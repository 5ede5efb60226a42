import { describe, expect, test } from 'vitest';
import { measurementRecords, type ProcessResult } from '../../src/bench/measurement-records.ts';
import type { PlannedRun } from '../../src/bench/plan.ts';
import { BlockRecorder } from '../../src/bench/process/block-recorder.ts';
import type { OneClient } from '../../src/bench/process/job.ts';
import type { CellRecord } from '../../src/run-file/record/run-record.ts';

const PLANNED: PlannedRun = {
  run: 0,
  block: 5,
  clients: 2,
  stream: 'users?seed=1',
  rate: 'max',
  repeat: 1,
  windowMs: 1000,
  expectedMs: 1000,
};

function client(number: number, given: Partial<OneClient> = {}): OneClient {
  return {
    client: number,
    measuredMessages: 100,
    measuredBytes: 1000,
    measuredBlocks: 20,
    windowMs: 1000,
    messages: 110,
    lost: 0,
    repeated: 0,
    reordered: 0,
    corrupt: 0,
    resumes: 0,
    proved: true,
    provable: true,
    error: null,
    ...given,
  };
}

function cellOf(...clients: OneClient[]): CellRecord {
  const recorder = new BlockRecorder(10, Math.random);
  const result: ProcessResult = {
    agent: null,
    clients,
    blocks: recorder.blocks(),
    quantities: recorder.quantities(),
    outages: [],
    samples: [],
    clockErrorMs: null,
    fromMs: null,
  };
  const clockOf = () => ({ offsetMs: 0, errorMs: 0 });
  const facts = { planned: PLANNED, fromMs: 0, toMs: 1000, ownServer: true, clockOf };
  const cell = measurementRecords({ ...facts, results: [result], server: undefined }).at(-1);
  if (cell?.record !== 'cell') throw new Error('the last record is not the cell');
  return cell;
}

describe('a cell', () => {
  test('is proved if every client is', () => {
    expect(cellOf(client(1), client(2))).toMatchObject({ proved: true, provable: true });
  });

  test('is not proved if one client is not', () => {
    expect(cellOf(client(1), client(2, { proved: false }))).toMatchObject({ proved: false, provable: true });
  });

  test('is not proved if the server of one client gives no proof', () => {
    expect(cellOf(client(1), client(2, { proved: false, provable: false }))).toMatchObject({
      proved: false,
      provable: false,
    });
  });

  test('is not proved if a client is missing, nor if all are', () => {
    expect(cellOf(client(1)).proved).toBe(false);
    expect(cellOf().proved).toBe(false);
  });
});
