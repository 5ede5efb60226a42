import { describe, expect, test } from 'vitest';
import { Heartbeat } from '../../src/session/heartbeat.ts';

describe('with an interval of 100 ms, begun at 1000 ms', () => {
  const begun = () => new Heartbeat(100, 1000);

  test('does nothing before the first interval is over', () => {
    const heartbeat = begun();
    expect(heartbeat.wakeMs).toBe(1100);
    expect(heartbeat.check(1000)).toBeUndefined();
    expect(heartbeat.check(1099.999)).toBeUndefined();
  });

  test('pings once an interval', () => {
    const heartbeat = begun();
    expect(heartbeat.check(1100)).toBe('ping');
    expect(heartbeat.check(1100)).toBeUndefined();
    heartbeat.heard(1101);
    expect(heartbeat.wakeMs).toBe(1200);
    expect(heartbeat.check(1200)).toBe('ping');
    expect(heartbeat.wakeMs).toBe(1300);
  });

  test('asks a peer before it gives it up, if it slept itself', () => {
    const heartbeat = begun();
    expect(heartbeat.check(5000)).toBe('ping');
    expect(heartbeat.wakeMs).toBe(5100);
    expect(heartbeat.check(5099)).toBeUndefined();
    expect(heartbeat.check(5100)).toBe('dead');
    const answered = begun();
    expect(answered.check(5000)).toBe('ping');
    answered.heard(5050);
    expect(answered.check(5100)).toBe('ping');
    expect(answered.check(5150)).toBeUndefined();
    expect(answered.check(5200)).toBe('ping');
    expect(answered.check(5249)).toBeUndefined();
    expect(answered.check(5250)).toBe('dead');
  });

  test('pings although much is heard: the peer may need it', () => {
    const heartbeat = begun();
    for (let nowMs = 1000; nowMs < 1100; nowMs += 10) heartbeat.heard(nowMs);
    expect(heartbeat.check(1100)).toBe('ping');
  });

  test('gives a peer up that was silent for two intervals', () => {
    const heartbeat = begun();
    expect(heartbeat.check(1100)).toBe('ping');
    expect(heartbeat.check(1199.999)).toBeUndefined();
    expect(heartbeat.wakeMs).toBe(1200);
    expect(heartbeat.check(1200)).toBe('dead');
    expect(heartbeat.check(1300)).toBe('dead');
  });

  test('counts the silence from what was heard last', () => {
    const heartbeat = begun();
    expect(heartbeat.check(1100)).toBe('ping');
    heartbeat.heard(1150);
    expect(heartbeat.check(1200)).toBe('ping');
    expect(heartbeat.check(1349)).toBe('ping');
    expect(heartbeat.wakeMs).toBe(1350);
    expect(heartbeat.check(1350)).toBe('dead');
  });

  test('a check that comes late does not ping twice', () => {
    const heartbeat = begun();
    heartbeat.heard(1250);
    expect(heartbeat.check(1260)).toBe('ping');
    expect(heartbeat.wakeMs).toBe(1360);
  });
});

describe('a peer that is sent much', () => {
  const KIB = 1024; // a sixteenth of a second for the slowest reader
  /** One that was sent so many KiB before the ping that it has not answered. */
  const behind = (kib: number) => {
    const heartbeat = new Heartbeat(100, 1000);
    heartbeat.sent(kib * KIB);
    expect(heartbeat.check(1100)).toBe('ping');
    return heartbeat;
  };

  test('is given time to read what lies before the ping', () => {
    const heartbeat = behind(16);
    heartbeat.check(1200);
    expect(heartbeat.check(2099)).not.toBe('dead');
    expect(heartbeat.check(2100)).toBe('dead');
  });

  test('is not given time for what was sent behind the ping', () => {
    const heartbeat = behind(16);
    heartbeat.sent(1_000_000_000);
    heartbeat.check(1200);
    expect(heartbeat.check(2100)).toBe('dead');
  });

  test('is given no more than two intervals for what the slowest reads in one', () => {
    const heartbeat = behind(1.6);
    expect(heartbeat.wakeMs).toBe(1200);
    expect(heartbeat.check(1200)).toBe('dead');
  });

  test('is given no more than the limit, however much it was sent', () => {
    const heartbeat = behind(1_000_000);
    for (let nowMs = 1200; nowMs < 257_100; nowMs += 100) expect(heartbeat.check(nowMs)).toBe('ping');
    expect(heartbeat.check(257_100)).toBe('dead');
  });

  test('has read it when it answers', () => {
    const heartbeat = behind(16);
    heartbeat.answered(1150);
    expect(heartbeat.unreadMs).toBe(0);
    expect(heartbeat.check(1200)).toBe('ping');
    expect(heartbeat.check(1350)).toBe('dead');
  });

  test('has read what lies before the ping that it answers, and no more', () => {
    const heartbeat = behind(16);
    heartbeat.sent(32 * KIB);
    expect(heartbeat.check(1200)).toBe('ping');
    heartbeat.answered(1250); // the first
    expect(heartbeat.unreadMs).toBe(2000);
    heartbeat.check(1300);
    expect(heartbeat.check(3349)).not.toBe('dead');
    expect(heartbeat.check(3350)).toBe('dead');
  });

  test('has read nothing more when it answers what nobody asked', () => {
    const heartbeat = new Heartbeat(100, 1000);
    heartbeat.sent(16 * KIB);
    heartbeat.answered(1050);
    expect(heartbeat.unreadMs).toBe(1000);
  });

  test('is alive when there is room again in a socket that was full', () => {
    const heartbeat = behind(0);
    heartbeat.socketIs(true, 1050);
    heartbeat.socketIs(true, 1140);
    heartbeat.socketIs(false, 1150);
    expect(heartbeat.check(1250)).toBe('ping');
    expect(heartbeat.check(1350)).toBe('dead');
  });

  test('is not alive by what the kernel had room for at once', () => {
    const heartbeat = behind(0);
    for (let nowMs = 1050; nowMs < 1200; nowMs += 10) {
      heartbeat.socketIs(true, nowMs);
      heartbeat.socketIs(false, nowMs + 5);
    }
    expect(heartbeat.check(1200)).toBe('dead');
  });

  test('is not alive by a socket that was not full', () => {
    const heartbeat = behind(0);
    heartbeat.socketIs(false, 1150);
    expect(heartbeat.check(1200)).toBe('dead');
  });
});
