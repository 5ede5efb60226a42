import { expect, test } from 'vitest';
import { SequenceFindings } from '../../src/measure/sequence-findings.ts';

test('seqs of one kind, right behind each other, are one range, told when it is closed', () => {
  const findings = new SequenceFindings();
  findings.add('repeated', 3, 3);
  findings.add('repeated', 4, 4);
  expect(findings.take()).toEqual([]);
  findings.add('repeated', 6, 6);
  expect(findings.take()).toEqual([{ kind: 'repeated', from: 3, to: 4 }]);
  findings.add('reordered', 7, 7);
  findings.close();
  expect(findings.take()).toEqual([
    { kind: 'repeated', from: 6, to: 6 },
    { kind: 'reordered', from: 7, to: 7 },
  ]);
  findings.close();
  expect(findings.take()).toEqual([]);
});

test('a run tells of 10,000 ranges and no more', () => {
  const findings = new SequenceFindings();
  for (let seq = 0; seq < 30_000; seq += 2) findings.add('repeated', seq, seq);
  findings.close();
  expect(findings.take()).toHaveLength(10_000);
  findings.add('lost', 50_000, 50_001);
  findings.close();
  expect(findings.take()).toEqual([]);
});
