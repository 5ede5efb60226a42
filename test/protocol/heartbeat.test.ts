import { describe, expect, test } from 'vitest';
import { Heartbeat } from '../../src/protocol/heartbeat.ts';

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
    heartbeat.heard(1150);
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
