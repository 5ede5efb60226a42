/** All campaigns, in the order of the table. */
import { bandwidth } from './campaigns/bandwidth.mjs';
import { clientKill } from './campaigns/client-kill.mjs';
import { clockStep } from './campaigns/clock-step.mjs';
import { delay } from './campaigns/delay.mjs';
import { diskFull } from './campaigns/disk-full.mjs';
import { halfOpen } from './campaigns/half-open.mjs';
import { loss5, loss20 } from './campaigns/loss.mjs';
import { powerCut } from './campaigns/power-cut.mjs';
import { caddy, haproxy, nginx } from './campaigns/proxies.mjs';
import { serverKill } from './campaigns/server-kill.mjs';
import { slice } from './campaigns/slice.mjs';

export const CAMPAIGNS = [
  serverKill,
  clientKill,
  halfOpen,
  ...[loss5, loss20, bandwidth, delay, slice],
  powerCut,
  ...[nginx, haproxy, caddy],
  diskFull,
  clockStep,
];
