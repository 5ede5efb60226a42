import { availableParallelism, hostname } from 'node:os';
import { Agent, type AgentEvent } from '../../bench/agents/agent.ts';
import { isAgentName } from '../../bench/agents/agent-messages.ts';
import { AllowedTargets } from '../../bench/agents/allowed-targets.ts';
import { openNatsBus } from '../../bench/agents/nats-bus.ts';
import { parseNatsAddress } from '../../carriage/nats/nats-address.ts';
import { grouped, plural } from '../../wording/figures.ts';
import { printable } from '../../wording/printable.ts';
import { badOption } from '../../wording/usage-error.ts';
import { EXIT } from '../exit-code.ts';
import { natsAccess } from '../option/nats-access.ts';
import { colours } from '../output/colours.ts';
import { complain } from '../output/complaint.ts';
import { Output } from '../output/output.ts';
import { clockText } from '../output/wording.ts';
import { Shutdown } from '../shutdown.ts';
import type { AgentFlags } from './options.ts';

/** Runs `tidemark agent`. */
export async function runAgent(flags: AgentFlags): Promise<void> {
  const { name = hostname(), processes = availableParallelism() } = flags;
  if (!isAgentName(name)) throw badOption('name', '1 to 64 letters, digits or ._@-', name);
  const targets = new AllowedTargets(flags.allowTarget);
  const address = parseNatsAddress(flags.nats, 'nats');
  const access = natsAccess(flags);
  const output = new Output({ json: flags.json ?? false });
  let stop = () => {};
  const stopped = new Promise<void>((resolve) => {
    stop = resolve;
  });
  const shutdown = new Shutdown(stop);
  const opening = openNatsBus({ address, access, name: `tidemark agent ${name}` }, complain);
  const bus = await Promise.race([opening, stopped]);
  if (bus === undefined) return shutdown.exit(EXIT.ok, output.flush());
  let stopping = false;
  const agent = new Agent({
    ...{ bus, name, processes, targets },
    tell: (event) => {
      if (stopping && event.event === 'waiting') return;
      const wallMs = Date.now();
      output.event(event, wallMs);
      output.text(`${colours.dim(clockText(wallMs))} ${lineOf(event, address.shown)}`);
    },
  });
  await stopped;
  stopping = true;
  agent.end();
  await bus.close();
  return shutdown.exit(EXIT.ok, output.flush());
}

function lineOf(event: AgentEvent, nats: string): string {
  switch (event.event) {
    case 'waiting':
      return `agent ${colours.bold(event.name)} waits for a bench on ${nats}, with ${plural(event.processes, 'process')}; Ctrl-C stops it`;
    case 'taken':
      return `${colours.green('+')} bench ${printable(event.bench)} took it, to measure ${printable(event.url)}`;
    case 'refused':
      return `${colours.yellow('!')} bench ${printable(event.bench)} was refused: ${printable(event.reason)}`;
    case 'measured':
      return `  measurement ${grouped(event.run + 1)}: ${plural(event.clients, 'client')} took ${plural(event.messages, 'message')}`;
    case 'released':
      return `${colours.yellow('-')} bench ${printable(event.bench)} has it no more: ${printable(event.reason)}`;
  }
}
