/** SplitMix64, as src/stream/program/splitmix64.ts defines it, on 64-bit integers that wrap by themselves. */
export const GAMMA: u64 = 0x9e3779b97f4a7c15;

// @ts-ignore: decorator
@inline
export function mix(z: u64): u64 {
  z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9;
  z = (z ^ (z >> 27)) * 0x94d049bb133111eb;
  return z ^ (z >> 31);
}

/** An integer in [0, bound) from one draw. */
// @ts-ignore: decorator
@inline
export function below(draw: u64, bound: u64): u64 {
  return ((draw >> 32) * bound) >> 32;
}

/** A double in (0, 1): 52 random bits and a half. */
// @ts-ignore: decorator
@inline
export function openUnit(draw: u64): f64 {
  return (((draw >> 12) as i64) as f64 + 0.5) / 4503599627370496.0;
}
