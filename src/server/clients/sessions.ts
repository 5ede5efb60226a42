import { createHash, randomBytes } from 'node:crypto';
import { ChurnMap } from '../../host/churn-map.ts';
import type { Post } from '../../session/conversation/post.ts';
import type { ClientMessage } from '../../session/messages.ts';
import { ACCESS_LIMITS } from '../options/access-limits.ts';
import type { LeaveReason } from '../options/server-event.ts';

/** A POST that waits for its answers. */
export interface WaitingPost extends Post {
  /** No answers will come, because the session has ended. */
  dropped(reason: LeaveReason): void;
}

/** Handles, and answers, what is posted to a session. */
export interface SessionOwner {
  /** How many receipts a POST may bring now. */
  readonly room: number;
  post(posted: string | readonly ClientMessage[], post: Post): void;
  /** Ends it, to make room for others. */
  giveWay(): void;
}

/** Connects the requests of one client to the pump that serves it. */
export class Session {
  readonly id: string;
  readonly #waiting = new Set<WaitingPost>();
  #owner: SessionOwner | undefined;
  #ended: LeaveReason | undefined;

  constructor(id: string) {
    this.id = id;
  }

  /** Sets the owner, which handles what is posted. */
  belongTo(owner: SessionOwner): void {
    this.#owner = owner;
  }

  get over(): boolean {
    return this.#ended !== undefined;
  }

  /** How many receipts a POST may bring now. */
  get room(): number {
    return this.#owner?.room ?? 0;
  }

  /** Hands over what a request brought. The post is answered in time, or dropped when the session ends. */
  post(posted: string | readonly ClientMessage[], post: WaitingPost): void {
    if (this.#ended !== undefined) return post.dropped(this.#ended);
    this.#waiting.add(post);
    this.#owner?.post(posted, {
      answer: (answer) => post.answer(answer),
      answered: () => {
        this.#waiting.delete(post);
        post.answered();
      },
    });
  }

  giveWay(): void {
    this.#owner?.giveWay();
  }

  end(reason: LeaveReason): void {
    this.#ended = reason;
    for (const post of this.#waiting) post.dropped(reason);
    this.#waiting.clear();
  }
}

/**
 * The sessions of all clients that are served over HTTP. Ids are secret, and looked up by their SHA-256, so that the time of a
 * look-up reveals nothing about an id.
 */
export class Sessions {
  readonly #all = new ChurnMap<string, Session>();
  /** Sessions whose response has ended, oldest first. */
  readonly #lingering = new ChurnMap<Session, true>();
  /** What the ids of this member's sessions end with. */
  readonly #mark: string;

  /** @param member the id of the member that has them. @default none, if it shares its clients with nobody */
  constructor(member = '') {
    this.#mark = member === '' ? '' : `${BEFORE_MEMBER}${member}`;
  }

  get size(): number {
    return this.#all.size;
  }

  open(): Session {
    const session = new Session(`${randomBytes(16).toString('hex')}${this.#mark}`);
    this.#all.set(digest(session.id), session);
    return session;
  }

  find(id: string): Session | undefined {
    return this.#all.get(digest(id));
  }

  /** Notes that the response has ended while the client may still report. Beyond the limit of such sessions, the oldest is ended. */
  linger(session: Session): void {
    this.#lingering.set(session, true);
    const [oldest] = this.#lingering.first ?? [];
    if (this.#lingering.size > ACCESS_LIMITS.lingeringSessions) oldest?.giveWay();
  }

  close(session: Session, reason: LeaveReason): void {
    this.#lingering.delete(session);
    if (this.#all.delete(digest(session.id))) session.end(reason);
  }
}

/** Stands in the id of a session before that of its member. */
const BEFORE_MEMBER = '.';

/** The id of the member that has a session, by the session's id; empty if it names none. */
export function memberOf(id: string): string {
  const [, ...rest] = id.split(BEFORE_MEMBER);
  return rest.join(BEFORE_MEMBER);
}

function digest(id: string): string {
  return createHash('sha256').update(id, 'utf8').digest('base64');
}
