import { expect, test } from 'vitest';
import { runDifferences } from '../../../src/analysis/comparison/run-differences.ts';
import { analyse } from '../../../src/analysis/run/analyse.ts';
import { reportCsv } from '../../../src/report/report-csv.ts';
import { reportMarkdown, reportText } from '../../../src/report/report-text.ts';
import { runWithAgents } from '../run-with-agents.ts';
import { simulatedRun } from '../simulated-run.ts';

const RUN = runWithAgents();
const ANALYSIS = analyse(RUN);

test('each agent has its own part of a cell, and together they are the cell', () => {
  for (const { agents, clients, msgs_per_s } of ANALYSIS.cells) {
    expect(agents.map(({ agent }) => agent)).toEqual(['a', 'b']);
    expect(agents.reduce((sum, part) => sum + part.clients, 0)).toBe(clients);
    expect(agents.reduce((sum, part) => sum + part.msgs_per_s, 0)).toBeCloseTo(msgs_per_s, 6);
    expect(agents[1]).toMatchObject({
      clock_offset_ms: 3000.5,
      clock_error_ms: 0.25,
      client_cpu_percent: 95,
    });
    expect(agents[0]).toMatchObject({ reasons: [], client_cpu_percent: 50 });
    expect(agents[1]?.reasons).toEqual(['repeat 2: a client process used 95 % of a core, above 90 %']);
  }
});

test('over the run each agent has its machine, its clock and what became of it', () => {
  expect(ANALYSIS.agents).toMatchObject([
    { agent: 'a', measurements: 4, invalid: 0, clock_offset_low_ms: -0.125, lost_at_s: null },
    { agent: 'b', measurements: 4, invalid: 2, clock_offset_high_ms: 3000.5, lost_at_s: 12.345 },
  ]);
  expect(ANALYSIS.timeline.losses).toEqual([{ at_s: 12.345, agent: 'b', reason: 'no sign of life for 8 s' }]);
  expect(ANALYSIS.answer.at(-1)).toBe(
    'Agent b was lost on the way: the measurement that it took along was dropped, and dealt again to those left.',
  );
});

test('a second of all clients is the sum of those of all machines, though their processes have one number', () => {
  expect(new Set(ANALYSIS.timeline.seconds.map(({ msgs_per_s }) => msgs_per_s))).toEqual(new Set([150]));
});

test('the reports show them apart, and those of other runs show nothing of the kind', () => {
  const text = reportText(ANALYSIS);
  expect(text).toMatch(/^The agents apart$/m);
  expect(text).toMatch(
    /^agent b: 1 process on 2 × A, Linux 6 x64.*; its clock was \+3 s from the bench's, ± 250 µs$/m,
  );
  expect(text).toMatch(/^agent b was lost 12\.3 s into the run \(no sign of life for 8 s\)/m);
  expect(text).toMatch(/^b +5 +1 +100\/s .* 95 % .*INVALID$/m);
  expect(reportMarkdown(ANALYSIS)).toMatch(/^## The agents apart$/m);
  const [header = '', ...rows] = reportCsv(ANALYSIS).trimEnd().split('\r\n');
  const agent = header.split(',').indexOf('agent');
  expect(rows.map((row) => row.split(',')[agent])).toEqual(['', 'a', 'b', '', 'a', 'b']);
  const others = analyse(simulatedRun({ blocks: [5], clients: [1], repeat: 1, seed: 1 }));
  expect(`${reportText(others)}${reportMarkdown(others)}`).not.toMatch(/agent/i);
  expect(reportCsv(others).trimEnd().split('\r\n')).toHaveLength(2);
});

test('runs of agents on other machines differ, whatever the agents are called', () => {
  const renamed = {
    ...RUN,
    agents: RUN.agents.map((agent) => ({ ...agent, agent: `other-${agent.agent}` })),
  };
  expect(runDifferences(RUN, renamed)).toEqual([]);
  const [first, ...rest] = RUN.agents;
  if (first === undefined) throw new Error('there is no agent');
  const larger = { ...RUN, agents: [{ ...first, machine: { ...first.machine, cores: 64 } }, ...rest] };
  expect(runDifferences(RUN, larger)).toMatchObject([{ kind: 'machine' }]);
  expect(runDifferences(RUN, simulatedRun({ blocks: [5], clients: [2], repeat: 1, seed: 1 }))).toContainEqual(
    expect.objectContaining({ kind: 'settings', text: 'agents is 2 in A and null in B' }),
  );
});
