import type { Verdict } from '../../measure/verdict.ts';
import { textTable } from '../../report/text-table.ts';
import { grouped, plural } from '../../wording/figures.ts';
import type { HarmTally } from './harm-tally.ts';

/** The result of one client of the demo. */
export interface ClientOutcome {
  readonly client: string;
  readonly verdict: Verdict;
}

/** The result of the client whose messages were harmed on purpose. */
interface HarmedOutcome extends ClientOutcome {
  readonly harm: Pick<HarmTally, 'outcome' | 'wrongBlocks'>;
}

/** The result of a demo: the first word of the last line, and the rest of it. */
export interface DemoOutcome {
  readonly word: 'PROVED' | 'FAILED' | 'INTERRUPTED';
  readonly text: string;
}

/** All clients of a demo; those that never began are missing. */
export interface DemoClients {
  readonly honest: readonly ClientOutcome[];
  readonly harmed: HarmedOutcome | undefined;
}

/**
 * The user ends a demo, so none of its runs is complete: each is proved as far as it went, if every block that came was
 * verified. The harmed one is no failure if it was caught; it is one if it was not, or if it was caught without any harm.
 *
 * @param kills how often the server was killed
 */
export function demoOutcome({ honest, harmed }: DemoClients, kills: number): DemoOutcome {
  const failed = honest.filter(({ verdict }) => verdict.verdict === 'failed');
  const notCaught = harmed === undefined ? undefined : notCaughtText(harmed);
  const failures = failed.map(({ client, verdict }) => `${client}: ${verdict.error ?? 'it failed'}`);
  if (notCaught !== undefined) failures.push(notCaught);
  if (failures.length > 0) return { word: 'FAILED', text: failures.join('; ') };
  if (honest.length === 0) return { word: 'INTERRUPTED', text: 'before there was anything to show' };
  const caught = harmed === undefined ? '' : `; ${caughtText(harmed)}`;
  const proved = honest.filter(({ verdict }) => isProved(verdict));
  if (proved.length === honest.length) {
    const messages = proved.reduce((sum, { verdict }) => sum + verdict.messages, 0);
    const survived = kills === 0 ? '' : `, though the server was killed ${timesText(kills)}`;
    return {
      word: 'PROVED',
      text: `${namesOf(proved)}, as far as they went: ${plural(messages, 'message')}, each once, right and in order${survived}${caught}`,
    };
  }
  const others = honest.filter(({ verdict }) => !isProved(verdict));
  const shown = proved.length === 0 ? '' : `; ${namesOf(proved)} proved, as far as they went`;
  return { word: 'INTERRUPTED', text: `${others.map(openText).join('; ')}${shown}${caught}` };
}

/** What each client has counted, and its verdict, as a table for people. */
export function outcomeTable({ honest, harmed }: DemoClients): string[] {
  const rows = honest.map(({ client, verdict }) => [...countsOf(client, verdict, 0), wordOf(verdict)]);
  if (harmed !== undefined) {
    const { client, verdict, harm } = harmed;
    const word = harm.outcome === 'caught' ? 'caught' : wordOf(verdict);
    rows.push([...countsOf(client, verdict, harm.wrongBlocks), word]);
  }
  return textTable(
    ['', 'messages', 'blocks', 'wrong', 'lost', 'repeated', 'reordered', 'resumes', 'verdict'],
    rows,
  );
}

function countsOf(client: string, verdict: Verdict, wrongBlocks: number): string[] {
  const { messages, blocks, lost, repeated, reordered, resumes } = verdict;
  return [client, ...[messages, blocks, wrongBlocks, lost, repeated, reordered, resumes].map(grouped)];
}

function wordOf(verdict: Verdict): string {
  return isProved(verdict) ? 'proved' : verdict.verdict === 'failed' ? 'FAILED' : 'unverified';
}

function isProved({ verdict, checked, messages, unverifiedBlocks }: Verdict): boolean {
  if (verdict === 'proved') return true;
  return verdict === 'interrupted' && checked && messages > 0 && unverifiedBlocks === 0;
}

function openText({ client, verdict: { unverifiedBlocks } }: ClientOutcome): string {
  if (unverifiedBlocks === 0) return `nothing came to ${client}`;
  return `${plural(unverifiedBlocks, 'block')} of ${client} not verified yet`;
}

/** Why the harmed client is a failure of the demo; undefined if it is none. */
function notCaughtText({ client, verdict, harm }: HarmedOutcome): string | undefined {
  if (harm.outcome === 'false alarm')
    return `${client}: ${plural(harm.wrongBlocks, 'block')} found wrong, and nothing had been harmed`;
  if (harm.outcome === 'missed' && verdict.unverifiedBlocks === 0)
    return `${client} was not caught: messages to it were harmed, and every block was found right`;
  return harm.outcome === 'none' && verdict.verdict === 'failed'
    ? `${client}: ${verdict.error ?? 'it failed'}, and nothing had been harmed`
    : undefined;
}

function caughtText({ client, verdict: { blocks }, harm: { outcome, wrongBlocks } }: HarmedOutcome): string {
  if (outcome !== 'caught') return `nothing was wrong with ${client} yet`;
  return `${client} was caught, as wanted: ${grouped(wrongBlocks)} of its ${plural(blocks, 'block')} wrong`;
}

/** `alice, bob and carol`. */
function namesOf(clients: readonly ClientOutcome[]): string {
  const names = clients.map(({ client }) => client);
  const last = names.pop() ?? '';
  return names.length === 0 ? last : `${names.join(', ')} and ${last}`;
}

function timesText(times: number): string {
  return times === 1 ? 'once' : `${grouped(times)} times`;
}
