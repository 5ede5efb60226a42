/** The same with uWebSockets.js. */
import uws from 'uwebsockets';
import { endWithParent, say } from '../questions.mjs';
import { readyMessages } from './ready-messages.mjs';
import { everyTick } from './ticks.mjs';

const [ready] = readyMessages('users', 1);

uws
  .App()
  .ws('/*', {
    upgrade: (/** @type {any} */ response, /** @type {any} */ request, /** @type {any} */ context) => {
      const ratePerSecond = Number(new URLSearchParams(request.getQuery()).get('rate'));
      response.upgrade(
        { ratePerSecond, end: () => {} },
        request.getHeader('sec-websocket-key'),
        request.getHeader('sec-websocket-protocol'),
        request.getHeader('sec-websocket-extensions'),
        context,
      );
    },
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
