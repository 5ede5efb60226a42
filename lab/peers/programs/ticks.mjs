/**
 * A schedule that costs as little as one can: everybody who is sent to at one rate and came in one tick of 2 ms is one
 * slot, and a tick looks at nothing but its slot. Nobody is sent anything more than a tick late.
 */
const TICK_MS = 2;

/** @typedef {Set<() => void>} Slot */

/** What is to be sent in each tick of a period, by the rate. @type {Map<number, Slot[]>} */
const periods = new Map();
let tick = nowTick();

function nowTick() {
  return Math.floor(performance.now() / TICK_MS);
}

/**
 * Calls `send` now, and so many times a second.
 *
 * @param {number} ratePerSecond
 * @param {() => void} send
 * @returns {() => void} ends it
 */
export function everyTick(ratePerSecond, send) {
  const length = Math.round(1000 / ratePerSecond / TICK_MS);
  const slots = periods.get(ratePerSecond) ?? Array.from({ length }, () => new Set());
  periods.set(ratePerSecond, slots);
  const slot = slots[tick % length];
  slot.add(send);
  send();
  return () => slot.delete(send);
}

/** @param {string | undefined} url of a request */
export function rateOf(url) {
  return Number(new URLSearchParams(url?.split('?')[1]).get('rate'));
}

setInterval(() => {
  for (const endTick = nowTick(); tick < endTick; ) {
    tick++;
    for (const slots of periods.values()) for (const send of slots[tick % slots.length]) send();
  }
}, TICK_MS);
