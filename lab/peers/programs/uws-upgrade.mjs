/**
 * How uWebSockets.js takes in a client at a pace: what is known of it is the `ratePerSecond` that it asks for, and what `known` gives.
 *
 * @param {() => object} known
 */
export function upgradeWith(known) {
  return (/** @type {any} */ response, /** @type {any} */ request, /** @type {any} */ context) => {
    const ratePerSecond = Number(new URLSearchParams(request.getQuery()).get('rate'));
    response.upgrade(
      { ratePerSecond, ...known() },
      request.getHeader('sec-websocket-key'),
      request.getHeader('sec-websocket-protocol'),
      request.getHeader('sec-websocket-extensions'),
      context,
    );
  };
}
