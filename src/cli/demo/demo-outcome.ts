import type { Verdict } from '../../measure/verdict.ts';
import { grouped, plural } from '../../wording/figures.ts';

/** The result of one client of the demo. */
export interface ClientOutcome {
  readonly client: string;
  readonly verdict: Verdict;
}

/** The result of a demo: the first word of the last line, and the rest of it. */
export interface DemoOutcome {
  readonly word: 'PROVED' | 'FAILED' | 'INTERRUPTED';
  readonly text: string;
}

/**
 * The user ends a demo, so none of its runs is complete: each is proved as far as it went, if every block that came was
 * verified.
 *
 * @param kills how often the server was killed
 */
export function demoOutcome(clients: readonly ClientOutcome[], kills: number): DemoOutcome {
  const failed = clients.filter(({ verdict }) => verdict.verdict === 'failed');
  const proved = clients.filter(({ verdict }) => isProved(verdict));
  if (failed.length > 0) return { word: 'FAILED', text: `${namesOf(failed)}: the verdict above says why` };
  if (clients.length === 0) return { word: 'INTERRUPTED', text: 'before there was anything to show' };
  if (proved.length === clients.length) {
    const messages = proved.reduce((sum, { verdict }) => sum + verdict.messages, 0);
    const survived = kills === 0 ? '' : `, though the server was killed ${timesText(kills)}`;
    return {
      word: 'PROVED',
      text: `by all ${grouped(clients.length)} clients, as far as they went: ${plural(messages, 'message')}, each once, right and in order${survived}`,
    };
  }
  const others = clients.filter(({ verdict }) => !isProved(verdict));
  const shown = proved.length === 0 ? '' : `; ${namesOf(proved)} proved, as far as they went`;
  return { word: 'INTERRUPTED', text: `${others.map(openText).join('; ')}${shown}` };
}

function isProved({ verdict, checked, messages, unverifiedBlocks }: Verdict): boolean {
  if (verdict === 'proved') return true;
  return verdict === 'interrupted' && checked && messages > 0 && unverifiedBlocks === 0;
}

function openText({ client, verdict: { unverifiedBlocks } }: ClientOutcome): string {
  if (unverifiedBlocks === 0) return `nothing came to ${client}`;
  return `${plural(unverifiedBlocks, 'block')} of ${client} not verified yet`;
}

function namesOf(clients: readonly ClientOutcome[]): string {
  return clients.map(({ client }) => client).join(', ');
}

function timesText(times: number): string {
  return times === 1 ? 'once' : `${grouped(times)} times`;
}
