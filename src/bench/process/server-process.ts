import { serve } from '../../server/serve.ts';
import { BenchClock, settleWallClock } from './bench-clock.ts';
import { endWithBench, tellBench } from './bench-parent.ts';
import type { ServerAnswer, ServerOrder } from './job.ts';
import { ProcessMonitor } from './process-monitor.ts';

/** The measured server, in a process of its own: `server-process.js STARTED_MS`. */
settleWallClock();
const monitor = new ProcessMonitor(new BenchClock(Number(process.argv[2])), () => null);
let messages = 0;
let blocks = 0;
/** Whether the result was requested while clients were still there. */
let asked = false;

const server = await serve({
  port: 0,
  onEvent: (event) => {
    if (event.event !== 'leave') return;
    messages += event.messages;
    blocks += event.blocks;
    if (event.clients === 0 && asked) tellResult();
  },
});

function tellResult(): void {
  asked = false;
  answer({ type: 'result', messages, blocks, samples: monitor.stop() });
  messages = 0;
  blocks = 0;
}

function answer(message: ServerAnswer): void {
  tellBench(message);
}

process.on('message', (order: ServerOrder) => {
  if (order.type === 'measure') return monitor.start();
  asked = true;
  if (server.clients === 0) tellResult();
});
endWithBench();
answer({ type: 'listening', url: server.url });
