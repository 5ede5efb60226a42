import type { ClientRun } from '../client/run/client-run.ts';
import type { Block } from '../measure/finished-block.ts';
import { LocalCheck } from '../session/run/local-check.ts';
import { checkStreamUrl, streamReference } from '../session/stream-request.ts';
import { SecretSeed } from '../stream/secret-seed.ts';
import { openStream } from '../stream/stream.ts';
import { runHere } from './run-here.ts';
import type { PageMessage, WorkerMessage } from './worker-message.ts';

/** The program of a worker that has the whole run of a page that trusts no server, and the encoder beside it. */

/** The part of a worker's global scope that is used here. */
interface WorkerScope {
  onmessage: ((event: { readonly data: PageMessage }) => void) | null;
  postMessage(message: WorkerMessage, transfer?: readonly ArrayBufferLike[]): void;
}

const scope = globalThis as unknown as WorkerScope;

/** At so many blocks that the page has not taken the run stops reading, and at so many it goes on. */
const MOST_UNTAKEN = 64;
const FEW_UNTAKEN = 16;

let run: ClientRun | undefined;
let untaken = 0;
let pageHolds = false;
let clogged = false;

scope.onmessage = ({ data }) => {
  switch (data.type) {
    case 'start':
      return begin(data);
    case 'stop':
      return run?.stop();
    case 'hold':
      pageHolds = data.hold;
      return run?.holdInput(pageHolds || clogged);
    case 'taken':
      untaken--;
      return holdIfClogged();
  }
};

function begin({ url, options, arrivals }: PageMessage & { readonly type: 'start' }): void {
  try {
    run = runHere(
      url,
      {
        ...options,
        onEvent: (event) => scope.postMessage({ type: 'event', event }),
        onBlock: give,
        ...(arrivals
          ? {
              onMessages: ({ firstSeq, messages }) => {
                const copies = messages.map((message) => ({ ...message, payload: message.payload.slice() }));
                scope.postMessage({ type: 'arrival', firstSeq, messages: copies });
                untaken++;
                holdIfClogged();
              },
            }
          : {}),
      },
      { check: checkOf(url, options) },
    );
    if (pageHolds) run.holdInput(true);
    void run.closed.then((verdict) => scope.postMessage({ type: 'closed', verdict }));
  } catch (error) {
    scope.postMessage({ type: 'refused', error: (error as Error).message });
  }
}

function checkOf(
  given: string | readonly string[],
  { plain, stream, secretSeed }: (PageMessage & { type: 'start' })['options'],
): LocalCheck {
  const [url = ''] = [given].flat(); // all of them ask for the same
  if (!plain) checkStreamUrl(url);
  const name = stream ?? streamReference(url).name;
  const seed = secretSeed === undefined ? undefined : new SecretSeed(secretSeed);
  const check = new LocalCheck(name, seed);
  try {
    openStream(name, { secretSeed: seed }).message(0);
  } catch (error) {
    throw new Error(
      `the check can't be made here: ${(error as Error).message}; a worker's policy needs 'wasm-unsafe-eval'`,
    );
  }
  return check;
}

/** The page gets the memory of the block's messages, and not a copy. */
function give({ messages, ...facts }: Block): void {
  const memory = new Set(messages.map(({ payload }) => payload.buffer));
  scope.postMessage({ type: 'block', block: { ...facts, messages } }, [...memory]);
  untaken++;
  holdIfClogged();
}

function holdIfClogged(): void {
  const holds = clogged ? untaken > FEW_UNTAKEN : untaken >= MOST_UNTAKEN;
  if (holds === clogged) return;
  clogged = holds;
  run?.holdInput(pageHolds || clogged);
}
