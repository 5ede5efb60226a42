/** As src/stream/program/logarithm.ts, operation by operation, so that the results are equal to the last bit. */
export function logarithm(x: f64): f64 {
  const bits = reinterpret<u64>(x);
  let exponent = ((bits >> 52) as i32) - 1023;
  let mantissa = reinterpret<f64>((bits & 0x000fffffffffffff) | 0x3ff0000000000000);
  if (mantissa >= 1.4142135623730951) {
    mantissa /= 2;
    exponent += 1;
  }
  const s = (mantissa - 1) / (mantissa + 1);
  const square = s * s;
  let series: f64 = 0;
  for (let power = 23; power >= 3; power -= 2) series = (series + 1.0 / (power as f64)) * square;
  const e = exponent as f64;
  return e * 0.693145751953125 + (e * 1.4286068203094172e-6 + 2 * s * series + 2 * s);
}
