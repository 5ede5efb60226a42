/** The other end of `Program.ask`: answers over IPC, one at a time, and ends with the process that asks. */

/** @param {(question: any) => unknown} answer */
export function answerQuestions(answer) {
  process.on('message', async (question) => {
    try {
      say({ answer: await answer(question) });
    } catch (error) {
      say({ error: error instanceof Error ? error.message : String(error) });
    }
  });
  endWithParent();
  say({ ready: true });
}

/** Tells the process that asks, which there always is. @param {object} message */
export function say(message) {
  process.send?.(message);
}

/**
 * Tells the process that asks which port a server has that listens.
 *
 * @param {{ address: () => import('node:net').AddressInfo | string | null }} server
 */
export function tellPort(server) {
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the server has no port');
  say({ port: address.port });
}

/** Ends this process with the one that asks. */
export function endWithParent() {
  process.on('disconnect', () => process.exit());
}
