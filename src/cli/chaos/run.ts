import type { ChaosEvent } from '../../chaos/chaos-proxy.ts';
import { startChaosProxy } from '../../chaos/chaos-proxy.ts';
import { isLoopback } from '../../server/options/loopback.ts';
import { grouped } from '../../wording/figures.ts';
import { printable } from '../../wording/printable.ts';
import { UsageError } from '../../wording/usage-error.ts';
import { EXIT } from '../exit-code.ts';
import { faultBody } from '../lines/server-lines.ts';
import { listenError } from '../listen-error.ts';
import { warnOfFaults } from '../option/fault-warnings.ts';
import { colours } from '../output/colours.ts';
import { Output } from '../output/output.ts';
import { clockText } from '../output/wording.ts';
import { Shutdown } from '../shutdown.ts';
import type { ChaosFlags } from './options.ts';

/** Runs `tidemark chaos`. */
export async function runChaos({ listen, to, chaos, allowPublic, json }: ChaosFlags): Promise<void> {
  const host = /^(.*):\d+$/.exec(listen)?.[1]; // an invalid address is reported below
  if (host !== undefined && !isLoopback(host) && allowPublic !== true) {
    const everybody = `--listen: to listen on ${host === '' ? 'every address' : host}, which is not loopback, needs --allow-public`;
    throw new UsageError('missing_option', 'allowPublic', () => everybody);
  }
  const output = new Output({ json: json ?? false });
  warnOfFaults(chaos);
  const onEvent = (event: ChaosEvent) => {
    const wallMs = Date.now();
    output.event(event, wallMs);
    output.text(chaosLine(event, wallMs));
  };
  const starting = startChaosProxy({ listen, to, chaos, onEvent });
  const shutdown = new Shutdown(() => {
    void starting.then(async (proxy) => {
      await proxy.close();
      await shutdown.exit(EXIT.ok, output.flush());
    });
  });
  await starting.catch((error: unknown) => {
    throw listenError(error, {
      host: host ?? '',
      port: Number(/\d+$/.exec(listen)?.[0]),
      option: '--listen',
    });
  });
}

function chaosLine(event: ChaosEvent, wallMs: number): string {
  return `${colours.dim(clockText(wallMs))} ${bodyOf(event)}`;
}

function bodyOf(event: ChaosEvent): string {
  switch (event.event) {
    case 'listening': {
      const what = event.chaos === '' ? 'nothing goes wrong: see --chaos' : event.chaos;
      return `listens on ${colours.bold(event.url)} before ${event.to} (${what}); Ctrl-C stops it`;
    }
    case 'connect':
      return `${colours.green('+')} connection ${grouped(event.connection)} from ${event.remote}`;
    case 'fault':
      return faultBody(event);
    case 'disconnect':
      return `${colours.yellow('-')} connection ${grouped(event.connection)} has ended${event.error === null ? '' : `: ${printable(event.error)}`}`;
  }
}
