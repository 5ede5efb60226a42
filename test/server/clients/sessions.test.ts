import { expect, test } from 'vitest';
import {
  type Session,
  type SessionOwner,
  Sessions,
  type WaitingPost,
} from '../../../src/server/clients/sessions.ts';
import { ACCESS_LIMITS } from '../../../src/server/options/access-limits.ts';
import type { LeaveReason } from '../../../src/server/options/server-event.ts';
import type { Post } from '../../../src/session/conversation/post.ts';

/** Keeps what is posted waiting. */
class TestOwner implements SessionOwner {
  readonly room = 7;
  readonly posts: Post[] = [];
  gaveWay = false;

  post(_: unknown, post: Post): void {
    this.posts.push(post);
  }

  giveWay(): void {
    this.gaveWay = true;
  }
}

class TestPost implements WaitingPost {
  readonly told: string[] = [];

  answer({ type }: { type: string }): void {
    this.told.push(type);
  }

  answered(): void {
    this.told.push('answered');
  }

  dropped(reason: LeaveReason): void {
    this.told.push(reason);
  }
}

function opened(sessions: Sessions): { session: Session; owner: TestOwner } {
  const session = sessions.open();
  const owner = new TestOwner();
  session.belongTo(owner);
  return { session, owner };
}

test('a session is found by its id until it is closed', () => {
  const sessions = new Sessions();
  const { session } = opened(sessions);
  const other = opened(sessions).session;
  expect(other.id).not.toBe(session.id);
  expect(sessions.find(session.id)).toBe(session);
  expect(sessions.find(session.id.slice(0, -1))).toBeUndefined();
  expect(sessions.find('')).toBeUndefined();
  sessions.close(session, 'done');
  expect(sessions.find(session.id)).toBeUndefined();
  expect(sessions.find(other.id)).toBe(other);
  expect(session.over).toBe(true);
});

test('a thousand that come and go leave nothing behind', () => {
  const sessions = new Sessions();
  for (let round = 0; round < 1000; round++) {
    const { session } = opened(sessions);
    sessions.linger(session);
    sessions.close(session, 'done');
    sessions.close(session, 'superseded');
  }
  expect(sessions.size).toBe(0);
});

test('what is posted is its owner’s to answer, and what waits at the end is dropped, once', () => {
  const sessions = new Sessions();
  const { session, owner } = opened(sessions);
  expect(session.room).toBe(7);
  const [first, second, late] = [new TestPost(), new TestPost(), new TestPost()];
  session.post([], first);
  session.post('text', second);
  owner.posts[0]?.answer({ type: 'verified', block: 1 });
  owner.posts[0]?.answered();
  sessions.close(session, 'superseded');
  session.post('text', late);
  expect([first.told, second.told, late.told]).toEqual([
    ['verified', 'answered'],
    ['superseded'],
    ['superseded'],
  ]);
});

test('of those whose response has ended so many are kept, and the oldest gives way', () => {
  const sessions = new Sessions();
  const lingering = Array.from({ length: ACCESS_LIMITS.lingeringSessions }, () => opened(sessions));
  for (const { session } of lingering) sessions.linger(session);
  expect(lingering.some(({ owner }) => owner.gaveWay)).toBe(false);
  sessions.linger(opened(sessions).session);
  expect(lingering.findIndex(({ owner }) => owner.gaveWay)).toBe(0);
  expect(lingering.filter(({ owner }) => owner.gaveWay)).toHaveLength(1);
});
