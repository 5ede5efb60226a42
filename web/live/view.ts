import type { Steps } from './frame/frame-queue.ts';
import type { LiveState } from './state/live-state.ts';
import type { ServerLink } from './state/server-link.ts';

/** What is drawn: what is known of the server, and of the way to it. */
export interface View {
  readonly state: LiveState;
  readonly link: ServerLink;
  readonly nowMs: number;
}

/** A part of the page. */
export interface Panel {
  readonly element: HTMLElement;
  /** Draws what has changed, in steps. */
  update(view: View): Steps;
}
