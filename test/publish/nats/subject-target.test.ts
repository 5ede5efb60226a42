import { describe, expect, test } from 'vitest';
import { SubjectTarget } from '../../../src/publish/nats/subject-target.ts';
import { openStream } from '../../../src/stream/stream.ts';
import { Engine } from '../../carriage/nats/engine.ts';

const stream = openStream('users?seed=7');
const SUBJECT = 'feed.users';

function targetOf(engine: Engine, publisher = 'one'): SubjectTarget {
  const address = {
    ...{ servers: ['a:4222'], tls: false, subject: SUBJECT, user: undefined, password: undefined },
    shown: `nats://a:4222/${SUBJECT}`,
  };
  const nats = { address, access: {}, name: 'a test' };
  return new SubjectTarget({ nats, subject: SUBJECT, made: undefined, publisher, open: engine.open });
}

const put = (target: SubjectTarget, seq: number) => target.put({ seq, payload: stream.message(seq) });

/** Puts messages without waiting for any. @returns which of them were acknowledged */
async function putAll(target: SubjectTarget, from: number, end: number): Promise<number[]> {
  const seqs = Array.from({ length: end - from }, (_, index) => from + index);
  const puts = await Promise.allSettled(seqs.map((seq) => put(target, seq)));
  return seqs.filter((_, index) => puts[index]?.status === 'fulfilled');
}

/** The seqs of what is stored of the subject. */
function stored(engine: Engine): number[] {
  const own = engine.messages.filter(({ subject }) => subject === SUBJECT);
  return own.map(({ headers }) => Number(headers.get('Tidemark-Seq')));
}

const range = (end: number) => Array.from({ length: end }, (_, seq) => seq);

describe('a subject of a JetStream stream as a target', () => {
  test('holds each message once, with headers that say which it is', async () => {
    const engine = new Engine();
    const target = targetOf(engine);
    expect(await target.open(stream)).toEqual({ next: undefined, holder: 'the JetStream stream FEED' });
    expect(await putAll(target, 0, 100)).toEqual(range(100));
    expect(stored(engine)).toEqual(range(100));
    const [first] = engine.messages;
    expect(first?.headers.get('Nats-Msg-Id')).toBe(`${stream.id}-${SUBJECT}-0`);
    expect(first?.headers.get('Tidemark-Stream')).toBe('users?seed=7');
    expect(await targetOf(engine).open(stream)).toMatchObject({ next: 100 });
  });

  test.each([false, true])(
    'refuses what was late on its way, whether or not its id is forgotten (%s)',
    async (forgets) => {
      const engine = new Engine();
      const first = targetOf(engine);
      await first.open(stream);
      engine.holdsBack = ({ headers }) => Number(headers.get('Tidemark-Seq')) >= 40;
      const puts = putAll(first, 0, 60);
      await new Promise((resolve) => setImmediate(resolve));
      await first.close(); // it was killed
      await puts;
      engine.holdsBack = () => false;
      const second = targetOf(engine, 'two');
      expect(await second.open(stream)).toMatchObject({ next: 40 });
      expect(await putAll(second, 40, 80)).toHaveLength(40);
      engine.forgets = forgets;
      engine.letThrough();
      expect(stored(engine)).toEqual(range(80));
    },
  );

  test('refuses what does not follow, when others write to the JetStream stream in between', async () => {
    const engine = new Engine();
    const target = targetOf(engine);
    await target.open(stream);
    engine.holdsBack = () => true;
    const puts = putAll(target, 0, 12);
    await new Promise((resolve) => setImmediate(resolve));
    engine.holdsBack = () => false;
    // With so many before it, the first has the number that the seventh would have had.
    for (let other = 0; other < 6; other++) engine.publish('feed.others', 'x');
    engine.letThrough(2);
    engine.publish('feed.others', 'x');
    engine.letThrough();
    expect(await puts).toEqual([0, 1]);
    expect(await target.open(stream)).toMatchObject({ next: 2 });
    expect(stored(engine)).toEqual([0, 1]);
    expect(target.window).toBe(1);
    await put(target, 2);
    engine.publish('feed.others', 'x');
    await put(target, 3);
    expect(stored(engine)).toEqual(range(4));
  });

  test('does not take the word for a message that is not there any more', async () => {
    const engine = new Engine();
    const target = targetOf(engine);
    await target.open(stream);
    await putAll(target, 0, 5);
    engine.messages.length = 0; // purged, within the window of deduplication
    expect(await target.open(stream)).toMatchObject({ next: undefined });
    await expect(put(target, 0)).rejects.toThrow('JetStream has had seq 0 before');
    engine.forgets = true;
    await target.open(stream);
    expect(await putAll(target, 0, 3)).toEqual([0, 1, 2]);
  });

  test('stops at another publisher that answers nobody, and not at what a dead one had sent', async () => {
    const engine = new Engine();
    const [one, two] = [targetOf(engine, 'one'), targetOf(engine, 'two')];
    await one.open(stream);
    await put(one, 0);
    await two.open(stream);
    for (const seq of [1, 3]) {
      await put(two, seq);
      await expect(put(one, seq)).rejects.toThrow();
      expect(await one.open(stream)).toMatchObject({ next: seq + 1 });
      await put(one, seq + 1);
      await two.open(stream);
    }
    await put(two, 5);
    await expect(one.open(stream)).rejects.toThrow('has messages of another publisher again and again, two');
    expect(stored(engine)).toEqual(range(6));
  });

  test('is refused where the subject has another stream, or messages of others', async () => {
    const engine = new Engine();
    await putAll(await opened(targetOf(engine)), 0, 3);
    const other = openStream('users?seed=8');
    await expect(targetOf(engine).open(other)).rejects.toThrow(
      'has the stream users?seed=7, and not users?seed=8',
    );
    engine.publish(SUBJECT, 'hello');
    await expect(targetOf(engine).open(stream)).rejects.toThrow('has messages that are not of Tidemark');
  });
});

async function opened(target: SubjectTarget): Promise<SubjectTarget> {
  await target.open(stream);
  return target;
}
