/** uWebSockets.js, one send a message, until its backpressure says enough; the drain handler goes on. */
import uws from 'uwebsockets';
import { endWithParent, say } from '../questions.mjs';
import { readyMessages } from './ready-messages.mjs';

const LIMIT_BYTES = 262_144;
/** A client that always keeps up must not hold the event loop for good. */
const MESSAGES_A_TURN = 2048;

const messages = readyMessages();

/** @param {any} ws */
function fill(ws) {
  const data = ws.getUserData();
  data.waiting = false;
  for (let i = 0; i < MESSAGES_A_TURN; i++) {
    ws.send(messages[data.next], false);
    data.next = (data.next + 1) % messages.length;
    if (ws.getBufferedAmount() > LIMIT_BYTES) return; // the drain handler goes on
  }
  data.waiting = true;
  setImmediate(() => {
    if (data.open && data.waiting) ws.cork(() => fill(ws));
  });
}

uws
  .App()
  .ws('/*', {
    // Above the limit of `fill`: what is beyond it would be dropped.
    maxBackpressure: 16 * LIMIT_BYTES,
    upgrade: (/** @type {any} */ response, /** @type {any} */ request, /** @type {any} */ context) => {
      response.upgrade(
        { next: 0, open: true, waiting: false },
        request.getHeader('sec-websocket-key'),
        request.getHeader('sec-websocket-protocol'),
        request.getHeader('sec-websocket-extensions'),
        context,
      );
    },
    open: fill,
    drain: (/** @type {any} */ ws) => {
      if (ws.getBufferedAmount() <= LIMIT_BYTES && !ws.getUserData().waiting) fill(ws);
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
