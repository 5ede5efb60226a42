/** The same with uWebSockets.js. */
import uws from 'uwebsockets';
import { endWithParent, say } from '../questions.mjs';
import { readyMessages } from './ready-messages.mjs';
import { everyTick } from './ticks.mjs';
import { upgradeWith } from './uws-upgrade.mjs';

const [ready] = readyMessages('users', 1);

uws
  .App()
  .ws('/*', {
    upgrade: upgradeWith(() => ({ end: () => {} })),
    open: (/** @type {any} */ ws) => {
      const data = ws.getUserData();
      data.end = everyTick(data.ratePerSecond, () => ws.send(ready, false));
    },
    close: (/** @type {any} */ ws) => ws.getUserData().end(),
  })
  .listen('127.0.0.1', 0, (/** @type {any} */ token) => {
    if (token === false) throw new Error('uWebSockets.js could not listen');
    say({ port: uws.us_socket_local_port(token) });
  });
endWithParent();
