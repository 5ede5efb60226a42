// One attack on a server, from a process of its own: attack.mjs CARRIAGE NAME PORT [NICE]. It goes on until it is killed. Where
// speed is measured it is nice: it must not take the processor from the server or from who measures, as an attacker
// elsewhere would not.
import { connect } from 'node:net';
import { setPriority } from 'node:os';
import { setTimeout } from 'node:timers/promises';
import { CARRIAGES } from './carriages.mjs';
import { FRAME_ATTACKS } from './frame-attacks.mjs';
import { REQUEST_ATTACKS } from './request-attacks.mjs';
import { SHARED_ATTACKS } from './shared-attacks.mjs';

const [over, name = '', port, nice = '0'] = process.argv.slice(2);
setPriority(Number(nice));

/** How many connections attack side by side, where the attack does not say. */
const CONNECTIONS = 8;

const found = CARRIAGES.find((each) => each.name === over);
const make = { ...SHARED_ATTACKS, ...(over === 'websocket' ? FRAME_ATTACKS : REQUEST_ATTACKS) }[name];
if (found === undefined || make === undefined) throw new Error(`no attack ${name} over ${over}`);
const carriage = found;

/** How often something was said, or a connection made: told every 100 ms to who started this. */
let rounds = 0;
const told = () => {
  rounds++;
};
setInterval(() => {
  process.send?.({ rounds });
  if (rounds > 0) console.log('attacks');
}, 100);
process.on('disconnect', () => process.exit());

/** Connects, does what the attack is, and comes back when it is thrown out. @param {import('./shared-attacks.mjs').Attack} options */
function attack(options) {
  const {
    path = () => '/users?rate=1',
    speaks = false,
    read = true,
    report,
    lastsMs,
    garbage,
    act,
  } = options;
  const socket = connect(Number(port), '127.0.0.1');
  socket.on('error', () => {}); // thrown out
  socket.on('close', () => setImmediate(attack, options));
  if (garbage !== undefined) {
    socket.write(garbage(), told);
    if (read) socket.resume();
    return;
  }
  socket.write(carriage.request(path(), { speaks }));
  socket.once('data', (head) => {
    told();
    if (lastsMs !== undefined) globalThis.setTimeout(() => socket.destroy(), lastsMs);
    if (read) socket.resume();
    else socket.pause();
    const opened = { socket, head: head.toString('latin1'), port: Number(port), read, told };
    act?.(opened);
    if (report !== undefined) carriage.flood(opened, report);
  });
}

const { connections = CONNECTIONS } = make('mallory-0');
for (let i = 0; i < connections; i++) {
  attack(make(`mallory-${i}`));
  if (i % 20 === 19) await setTimeout(5); // or the kernel drops some
}
