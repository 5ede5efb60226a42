import { EXPONENTIAL, FLOAT32, FLOAT64, INT16, INT32, INT8, JSON_TEXT, NORMAL, UINT16, UINT32, UINT8, UNIFORM } from '../src/stream/program/opcodes';
import { normalQuantile } from './normal-quantile';
import { logarithm } from './logarithm';
import { below, GAMMA, mix, openUnit } from './random';
import { fixedPoint } from './text';

/** n in units of 10^-decimals, from one draw. */
// @ts-ignore: decorator
@inline
function sample(shape: i32, minimum: f64, range: u64, unit: f64, draw: u64): f64 {
  if (shape == UNIFORM) return minimum + ((below(draw, range) as i64) as f64);
  const unitInterval = openUnit(draw);
  const value = shape == NORMAL ? normalQuantile(unitInterval) : -logarithm(unitInterval);
  return Math.floor(value * unit + 0.5);
}

/** Appends numbers; draw k is mix(state + (k + 1) · γ). */
export function numbers(
  out: usize, shape: i32, minimum: f64, range: u64, unit: f64, decimals: usize, format: i32, count: i32, state: u64,
): usize {
  if (format == FLOAT64 && shape == UNIFORM) return uniformDoubles(out, minimum, range, unit, count, state);
  let draws = state;
  let at = out;
  for (let index = 0; index < count; index++) {
    draws += GAMMA;
    const n = sample(shape, minimum, range, unit, mix(draws));
    if (format == JSON_TEXT) {
      if (index > 0) store<u8>(at++, 44);
      at = fixedPoint(at, n as i64, unit as u64, decimals);
      continue;
    }
    at = binary(at, n / unit, format);
  }
  return at;
}

// @ts-ignore: decorator
@inline
function binary(at: usize, value: f64, format: i32): usize {
  switch (format) {
    case INT8:
    case UINT8:
      store<u8>(at, (value as i64) as u8);
      return at + 1;
    case INT16:
    case UINT16:
      store<u16>(at, (value as i64) as u16);
      return at + 2;
    case INT32:
    case UINT32:
      store<u32>(at, (value as i64) as u32);
      return at + 4;
    case FLOAT32:
      store<f32>(at, value as f32);
      return at + 4;
    default:
      store<f64>(at, value);
      return at + 8;
  }
}

/** The same for the case that is as fast as memory: two at a time. */
function uniformDoubles(out: usize, minimum: f64, range: u64, unit: f64, count: i32, state: u64): usize {
  const end = out + ((count as usize) << 3);
  const minima = f64x2.splat(minimum);
  const units = f64x2.splat(unit);
  let draws = state;
  for (let at = out; at < end; at += 16) {
    const first = below(mix(draws + GAMMA), range);
    draws += 2 * GAMMA;
    const second = below(mix(draws), range);
    const integers = f64x2((first as i64) as f64, (second as i64) as f64);
    v128.store(at, v128.div<f64>(v128.add<f64>(minima, integers), units));
  }
  return end;
}
