import { createReadStream } from 'node:fs';
import type { FaultEvent } from '../chaos/chaos-path.ts';
import { startChaosProxy } from '../chaos/chaos-proxy.ts';
import { connect } from '../client/connect.ts';
import type { ClientEvent } from '../client/run/client-event.ts';
import type { ServerEvent } from '../server/options/server-event.ts';
import { serve } from '../server/serve.ts';
import type { Finding } from '../verify/finding.ts';
import { verify } from '../verify/verify.ts';
import { BLOCK_MESSAGES, type Observation, type Over, PER_SECOND, type Told } from './observation.ts';

const MESSAGES = 500;

/** The stream of a run, and the heartbeats of its ends: a busy machine must not be mistaken for a dark path. */
const USUAL = { stream: 'users?seed=7', serverHeartbeatMs: 15_000, clientHeartbeatMs: 15_000 };
/**
 * A dark path is found by heartbeats alone, so they are short there, and messages small, because a slow reader is given
 * time for what lies before a ping. The server must notice first; otherwise the client's next connection would tell it. Over HTTP it
 * does not notice, and the client goes by its heartbeat.
 */
const DARK = { stream: 'bytes?size=40', serverHeartbeatMs: 500, clientHeartbeatMs: 2000 };

/**
 * Observes one run between a real server and a real client over a carriage, through a path with this fault.
 *
 * @param log a file that does not exist yet, for the client's log
 */
export async function observe(chaos: string, over: Over, log: string): Promise<Observation> {
  const { stream, serverHeartbeatMs, clientHeartbeatMs } = chaos.includes('half-open') ? DARK : USUAL;
  const planted: FaultEvent[] = [];
  const told = { server: [] as Told<ServerEvent>[], client: [] as Told<ClientEvent>[] };
  const server = await serve({
    port: 0,
    heartbeatMs: serverHeartbeatMs,
    encoders: 0,
    onEvent: (event) => told.server.push({ event, ms: performance.now() }),
  });
  const proxy = await startChaosProxy({
    to: over === 'websocket' ? server.url : server.url.replace(/^ws/, 'http'),
    chaos,
    onEvent: (event) => {
      if (event.event === 'fault') planted.push(event);
    },
  });
  try {
    const run = connect(`${proxy.url}/${stream}&rate=${PER_SECOND}&count=${MESSAGES}`, {
      client: 'selftest',
      block: BLOCK_MESSAGES,
      heartbeatMs: clientHeartbeatMs,
      verify: 'local',
      log,
      ...(over === 'websocket' ? {} : { as: over }),
      onEvent: (event) => told.client.push({ event, ms: performance.now() }),
    });
    const verdict = await run.start().closed;
    const findings: Finding[] = [];
    const onFinding = (finding: Finding) => findings.push(finding);
    const checked = await verify(stream, createReadStream(log), { count: MESSAGES, onFinding });
    return { planted, ...told, verdict, log: checked, findings };
  } finally {
    await proxy.close();
    await server.close();
  }
}
