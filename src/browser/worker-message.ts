import type { ClientEvent } from '../client/run/client-event.ts';
import type { RunOptions } from '../client/run/run-options.ts';
import type { ArrivedMessage } from '../measure/arrival.ts';
import type { Block } from '../measure/finished-block.ts';
import type { Verdict } from '../measure/verdict.ts';

/** What a page says to the worker of a run. */
export type PageMessage =
  | {
      readonly type: 'start';
      readonly url: string | readonly string[];
      /** Without what can't be sent to another thread. */
      readonly options: Omit<RunOptions, 'onEvent' | 'onBlock' | 'onMessages' | 'signal'>;
      /** Whether messages are wanted as they arrive. */
      readonly arrivals: boolean;
    }
  | { readonly type: 'stop' }
  | { readonly type: 'hold'; readonly hold: boolean }
  /** A block, or an arrival, has been taken. */
  | { readonly type: 'taken' };

/** What the worker says. */
export type WorkerMessage =
  | { readonly type: 'event'; readonly event: ClientEvent }
  | { readonly type: 'block'; readonly block: Block }
  | { readonly type: 'arrival'; readonly firstSeq: number; readonly messages: readonly ArrivedMessage[] }
  | { readonly type: 'closed'; readonly verdict: Verdict }
  /** There is no run, and why. */
  | { readonly type: 'refused'; readonly error: string };
