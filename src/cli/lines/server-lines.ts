import type { FaultEvent } from '../../chaos/chaos-path.ts';
import type {
  CarriageName,
  LeaveEvent,
  ServerEvent,
  WorkerEvent,
} from '../../server/options/server-event.ts';
import { grouped, plural } from '../../wording/figures.ts';
import { printable } from '../../wording/printable.ts';
import { withFlag } from '../output/advice.ts';
import { colours } from '../output/colours.ts';
import { clockText, rateText } from '../output/wording.ts';

const LEFT: Readonly<Record<LeaveEvent['reason'], string>> = {
  left: 'left',
  lost: 'is lost: its connection broke',
  silent: 'is lost: nothing was heard of it for two heartbeats',
  superseded: 'is superseded: a later connection has its name',
  done: 'is done',
  refused: 'was shut out for what it sent',
  dismissed: 'was asked to leave',
  revoked: 'is sent back to claim its name again',
  stopped: 'was sent away: the server stops',
};

const CARRIAGES: Readonly<Record<CarriageName, string>> = { websocket: 'WebSocket', http: 'HTTP' };

/** A server's event as a line for people; undefined if it is not shown. */
export function serverLine(event: ServerEvent, wallMs: number): string | undefined {
  const body = bodyOf(event);
  return body === undefined ? undefined : `${colours.dim(clockText(wallMs))} ${body}`;
}

function bodyOf(event: ServerEvent): string | undefined {
  switch (event.event) {
    case 'listening':
      return undefined;
    case 'join': {
      const how = `over ${CARRIAGES[event.carriage]}${event.plain ? ', plain' : ''}`;
      const what = `${event.stream} from ${grouped(event.from)} at ${rateText(event.rate)}`;
      return `${colours.green('+')} ${colours.bold(event.client)} joins from ${event.remote} ${how}: ${what} (${plural(event.clients, 'client')})`;
    }
    case 'message':
      return `  ${colours.bold(event.client)}: ${printable(event.text)}`;
    case 'receipt':
      return `  ${printable(event.text)}  ${event.verified ? colours.green('verified') : colours.red('WRONG: not what was sent')}`;
    case 'leave': {
      const totals = `${plural(event.blocks, 'block')} verified, ${plural(event.messages, 'message')} sent`;
      return `${colours.yellow('-')} ${colours.bold(event.client)} ${LEFT[event.reason]}; on this connection ${totals} (${plural(event.clients, 'client')})`;
    }
    case 'refuse':
      return `${colours.red('!')} ${event.remote} refused with ${event.code}: ${printable(withFlag(event.text, event.advice))}`;
    case 'fault':
      return faultBody(event);
    case 'cluster':
      return `${event.state === 'reached' ? colours.green('=') : colours.yellow('!')} ${printable(event.text)}`;
    case 'worker':
      return workerBody(event);
    case 'stopped':
      return 'stopped';
  }
}

function workerBody({ state, worker, pid, clients, text }: WorkerEvent): string {
  const which = `worker ${worker} (process ${pid})`;
  if (state === 'started') return colours.dim(`${which} serves`);
  const had = clients === 0 ? '' : `; ${plural(clients, 'client')} went with it`;
  return `${colours.red('!')} ${which} is ${state}: ${text}${had}`;
}

/** A fault made on purpose. */
export function faultBody({ fault, connection, message }: FaultEvent): string {
  const where = message === null ? '' : `, at message ${grouped(message)}`;
  return `${colours.magenta(`chaos: ${fault}`)} on connection ${grouped(connection)}${where}`;
}
