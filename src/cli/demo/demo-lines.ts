import type { FaultEvent } from '../../chaos/chaos-path.ts';
import type { ClientEvent } from '../../client/run/client-event.ts';
import type { ServerEvent } from '../../server/options/server-event.ts';
import { grouped } from '../../wording/figures.ts';
import { printable } from '../../wording/printable.ts';
import { colours } from '../output/colours.ts';
import { durationText } from '../output/wording.ts';
import type { CastMember } from './cast.ts';

/**
 * What the demo tells, so that it can be followed as it goes by: a line for each block, from the server, which has judged it; of an
 * outage how it began and how it ended. `tidemark connect` and `tidemark serve` tell the rest.
 */

export function serverDemoLine(event: ServerEvent): string | undefined {
  switch (event.event) {
    case 'listening':
      return colours.green(`listens on ${event.url}`);
    case 'receipt':
      return `${printable(event.text)}  ${event.verified ? colours.green('verified') : colours.red('WRONG')}`;
    case 'refuse':
      return colours.red(`refused ${event.remote} with ${event.code}: ${printable(event.text)}`);
    case 'message':
      return `${colours.bold(event.client)}: ${printable(event.text)}`;
    default:
      return undefined;
  }
}

/** What one client takes. */
export function takesLine({ stream, ratePerSecond, block, carriage }: CastMember): string {
  return `takes ${stream} at ${ratePerSecond}/s in blocks of ${block}, over ${carriage}`;
}

/** The lines of one client. */
export class ClientDemoLines {
  /** Whether its outage has been told. */
  #away = false;

  line(event: ClientEvent): string | undefined {
    switch (event.event) {
      case 'disconnected':
        return this.#outage(event.reason);
      case 'resumed':
        this.#away = false;
        return `${colours.green('resumed')} from message ${grouped(event.from)} after ${durationText(event.after_ms)}`;
      case 'mismatch':
        return `${colours.red('is told')} that block ${grouped(event.block)} is wrong: messages ${grouped(event.from)} to ${grouped(event.to)}`;
      case 'finding':
        return colours.red(`finds messages ${event.kind}: ${grouped(event.from)} to ${grouped(event.to)}`);
      default:
        return undefined;
    }
  }

  #outage(reason: string): string | undefined {
    if (this.#away) return undefined;
    this.#away = true;
    const why = reason === '' ? 'the connection broke' : printable(reason);
    return `${colours.yellow('not connected')}: ${why}; tries until it is back`;
  }
}

/** What is done on purpose to a client's path. */
export function harmLine({ fault }: FaultEvent, client: string): string {
  const what = fault === 'flip' ? `flips a bit in a message to ${client}` : `cuts ${client} off`;
  return colours.yellow(`${what}, on purpose`);
}
