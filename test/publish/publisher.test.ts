import { describe, expect, test } from 'vitest';
import { CONSTANT } from '../../src/delivery/profile.ts';
import type { PublishEnd, PublishEvent } from '../../src/publish/publish-event.ts';
import { Publisher, type PublishRequest } from '../../src/publish/publisher.ts';
import { TargetFault } from '../../src/publish/target/publish-target.ts';
import { openStream } from '../../src/stream/stream.ts';
import { HeldMessages } from './held-messages.ts';

const stream = openStream('users?seed=7');

/** A clock that jumps to the next alarm as soon as everybody waits. */
class JumpingClock {
  #nowMs = 0;
  #alarms: { atMs: number; ring: () => void }[] = [];
  now = () => ({ wallMs: 1e12 + this.#nowMs, monotonicMs: this.#nowMs });
  random = () => 0.5;
  alarm = (ring: () => void) => {
    const alarm = { atMs: Number.POSITIVE_INFINITY, ring };
    this.#alarms.push(alarm);
    return {
      set: (atMs: number) => {
        alarm.atMs = atMs;
        if (Number.isFinite(atMs)) setImmediate(() => this.#jump());
      },
    };
  };
  #jump(): void {
    const next = this.#alarms.toSorted((a, b) => a.atMs - b.atMs)[0];
    if (next === undefined || !Number.isFinite(next.atMs)) return;
    this.#nowMs = Math.max(this.#nowMs, next.atMs);
    next.atMs = Number.POSITIVE_INFINITY;
    next.ring();
  }
}

interface Published {
  readonly end: PublishEnd;
  readonly events: readonly PublishEvent[];
}

async function published(
  target: HeldMessages,
  asked: Partial<PublishRequest> = {},
  during?: (publisher: Publisher, event: PublishEvent) => void,
): Promise<Published> {
  const request = {
    ...{ from: 0, count: 100, ratePerSecond: Number.POSITIVE_INFINITY, profile: CONSTANT },
    ...{ giveUpMs: Number.POSITIVE_INFINITY },
    ...asked,
  };
  const events: PublishEvent[] = [];
  const publisher: Publisher = new Publisher(stream, request, target, new JumpingClock(), (event) => {
    events.push(event);
    during?.(publisher, event);
  });
  return { end: await publisher.run(), events };
}

function expectHeld(target: HeldMessages, count: number): void {
  expect(target.payloads).toHaveLength(count);
  const wrong = target.payloads.findIndex((bytes, index) => !stream.equals(target.firstSeq + index, bytes));
  expect(wrong).toBe(-1);
}

describe('a publisher', () => {
  test('puts every message once, in order, with a bounded number on their way', async () => {
    const target = new HeldMessages();
    const { end } = await published(target);
    expectHeld(target, 100);
    expect(target.mostInFlight).toBe(8);
    expect(end).toMatchObject({
      verdict: 'acknowledged',
      sent: 100,
      acknowledged: 100,
      refused: 0,
      next: 100,
    });
  });

  test('goes on behind what the target holds already, whoever put it there', async () => {
    const target = new HeldMessages();
    await published(target, { count: 40 });
    const { end } = await published(target);
    expectHeld(target, 100);
    expect(end).toMatchObject({ verdict: 'acknowledged', sent: 60, acknowledged: 60, held_before: 40 });
  });

  test('has nothing to do where all is there', async () => {
    const target = new HeldMessages();
    await published(target);
    expect((await published(target, { count: 50 })).end).toMatchObject({ verdict: 'acknowledged', sent: 0 });
  });

  test.each(['lost', 'refused', 'held, and nobody hears of it'] as const)(
    'looks what is there when a message is %s, and puts each once',
    async (fate) => {
      const target = new HeldMessages({
        fate: (seq, attempt) => (seq % 13 === 5 && attempt === 1 ? fate : 'held'),
      });
      const { end } = await published(target);
      expectHeld(target, 100);
      expect(end).toMatchObject({ verdict: 'acknowledged', acknowledged: 100, next: 100 });
      expect(end.resumes).toBeGreaterThan(5);
      expect(end.refused > 0).toBe(fate === 'refused');
    },
  );

  test('waits longer each time for a target that is not reached, and goes on when it is', async () => {
    const away = new TargetFault('nobody is there');
    const target = new HeldMessages({ opening: (attempt) => (attempt < 6 ? away : undefined) });
    const { events } = await published(target);
    expectHeld(target, 100);
    const waits = events.flatMap((event) => (event.event === 'interrupted' ? [event.retry_ms] : []));
    expect(waits).toEqual([150, 250, 450, 850, 1650]);
  });

  test('gives up after a fault that would stay, or when nothing was acknowledged for too long', async () => {
    const lasting = new TargetFault('it is not for you', { lasting: true });
    const { end } = await published(new HeldMessages({ opening: () => lasting }));
    expect(end).toMatchObject({ verdict: 'failed', error: 'it is not for you', next: null });
    const away = new TargetFault('nobody is there');
    const { end: late } = await published(new HeldMessages({ opening: () => away }), { giveUpMs: 60_000 });
    expect(late).toMatchObject({ verdict: 'failed', error: 'nobody is there' });
    expect(late.duration_ms).toBeGreaterThanOrEqual(60_000);
  });

  test('leaves no gap: a target that ends before the first seq is refused', async () => {
    const target = new HeldMessages();
    await published(target, { count: 10 });
    const { end } = await published(target, { from: 20, count: 5 });
    expect(end).toMatchObject({
      verdict: 'failed',
      error: 'the memory holds the stream up to seq 9: from 20 on there would be a gap',
    });
    expectHeld(target, 10);
  });

  test('tells when a target has lost what it acknowledged, and puts it there again', async () => {
    const target = new HeldMessages({
      fate: (seq, attempt) => (seq === 50 && attempt === 1 ? 'lost' : 'held'),
    });
    const { end, events } = await published(target, {}, (_, event) => {
      if (event.event === 'interrupted') target.payloads.length = 30;
    });
    expectHeld(target, 100);
    expect(end.verdict).toBe('acknowledged');
    expect(events).toContainEqual({
      event: 'interrupted',
      error: 'the memory held the stream up to seq 49, and now holds it up to seq 29',
      retry_ms: 0,
    });
  });

  test('keeps to its rate', async () => {
    const target = new HeldMessages();
    const { end } = await published(target, { count: 31, ratePerSecond: 10 });
    expectHeld(target, 31);
    expect(end.duration_ms).toBeCloseTo(3000, 0);
  });

  test('stops when it is asked to, and says so', async () => {
    const target = new HeldMessages();
    const { end } = await published(target, { count: undefined, ratePerSecond: 10 }, (publisher, event) => {
      if (event.event === 'opened') setImmediate(() => publisher.stop());
    });
    expect(end.verdict).toBe('interrupted');
    expectHeld(target, end.acknowledged);
  });
});
