/**
 * uWebSockets.js sending each message when it is due: message seq at t0 + seq / rate, by one timer a client. Its
 * first message tells t0.
 */
import uws from 'uwebsockets';
import { endWithParent, say } from '../questions.mjs';
import { wallMs } from '../wall-clock.mjs';
import { readyMessages } from './ready-messages.mjs';
import { upgradeWith } from './uws-upgrade.mjs';

const messages = readyMessages();

/** @param {any} ws */
function turn(ws) {
  const data = ws.getUserData();
  if (!data.open) return;
  const dueMs = () => data.t0Ms + (data.seq * 1000) / data.ratePerSecond;
  const nowMs = wallMs();
  while (dueMs() <= nowMs) ws.send(messages[data.seq++ % messages.length], false);
  setTimeout(turn, Math.ceil(dueMs() - wallMs()), ws);
}

uws
  .App()
  .ws('/*', {
    upgrade: upgradeWith(() => ({ seq: 0, t0Ms: wallMs(), open: true })),
    open: (/** @type {any} */ ws) => {
      ws.send(JSON.stringify({ t0_ms: ws.getUserData().t0Ms }), false);
      turn(ws);
    },
    close: (/** @type {any} */ ws) => {
      ws.getUserData().open = false;
    },
  })
  .listen('127.0.0.1', 0, (/** @type {any} */ token) => {
    if (token === false) throw new Error('uWebSockets.js could not listen');
    say({ port: uws.us_socket_local_port(token) });
  });
endWithParent();
