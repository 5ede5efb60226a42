import { readFileSync } from 'node:fs';
import type { BlockRecord, RunRecord } from '../../src/client/log-record.ts';

/** A block log, read as anyone would. */
export interface ReadLog {
  readonly run: RunRecord;
  readonly blocks: readonly BlockRecord[];
  readonly seqs: readonly number[];
  /** Every message's text, a line each: comparable with `tidemark gen` byte for byte. */
  readonly text: string;
}

export function readLog(path: string): ReadLog {
  const [run, ...blocks] = readFileSync(path, 'utf8')
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as unknown);
  const records = blocks as BlockRecord[];
  const messages = records.flatMap((block) => block.messages);
  return {
    run: run as RunRecord,
    blocks: records,
    seqs: messages.map(({ seq }) => seq),
    text: messages.map(({ data }) => `${data}\n`).join(''),
  };
}
