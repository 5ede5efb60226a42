import { expect, test } from 'vitest';
import { agentSettings, openBus } from '../../src/bench/agent-settings.ts';
import { UsageError } from '../../src/wording/usage-error.ts';
import { runWithAgents } from '../analysis/run-with-agents.ts';
import { MemoryBus } from './agents/memory-bus.ts';

const RUN = runWithAgents();
const { settings, machine } = RUN.header;
const OPTIONS = { out: 'run.ndjson', command: 'tidemark bench' };
const HELLO = { agent: '0'.repeat(32), name: 'c', tidemark: '0.1.0', machine, processes: 1, takenBy: null };

function unfit(hello: typeof HELLO, agents = RUN.agents): string | undefined {
  const before = { ...RUN, agents, finishedBytes: 0 };
  return agentSettings(new MemoryBus().end(), { options: OPTIONS, settings, before }).unfit(hello);
}

test('a run is gone on with on machines like those before, whatever the agents are called', () => {
  expect(unfit(HELLO)).toBeUndefined();
  expect(unfit({ ...HELLO, machine: { ...machine, cores: 64 } })).toBe(
    "no agent of the run so far was on such a machine: a's cores is 2, here it is 64",
  );
  const [a, b] = RUN.agents;
  if (a === undefined || b === undefined) throw new Error('there are two agents');
  const larger = { ...b, machine: { ...machine, cores: 64 } };
  expect(unfit({ ...HELLO, machine: { ...machine, cores: 64 } }, [a, larger])).toBeUndefined();
  expect(unfit({ ...HELLO, machine: { ...machine, cores: 64 } }, [])).toBeUndefined(); // nothing was measured yet
});

test('agents are looked for with what the run file says, and need to be spoken to', () => {
  const given = agentSettings(new MemoryBus().end(), { options: OPTIONS, settings, before: undefined });
  expect(given).toMatchObject({ count: 2, timeoutMs: 30_000, url: 'ws://192.0.2.1:8000' });
  expect(given.streams).toEqual([{ name: 'users?seed=1', id: '0123456789abcdef' }]);
  expect(() => openBus(OPTIONS)).toThrow(UsageError);
});
