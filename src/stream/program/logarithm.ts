/**
 * The natural logarithm by + - * / alone.
 *
 * `Math.log` may differ between engines and their versions in the last bit, and a stream's bytes must not.
 * Theory: x = m · 2^e with m in [√½, √2); ln m = 2 artanh(s), s = (m - 1) / (m + 1), |s| ≤ 0.1716; the odd
 * power series of artanh to s^23 is then good to 2^-60. Abramowitz and Stegun, 4.1.27.
 */
const LN_2_HIGH = 0.693145751953125; // 16 leading bits, so that e · LN_2_HIGH is exact
const LN_2_LOW = 1.4286068203094172e-6; // ln 2 - LN_2_HIGH
const SQRT_2 = 1.4142135623730951;

const view = new DataView(new ArrayBuffer(8));

/** ln x, for a positive normal double, with a relative error below 5e-16. */
export function logarithm(x: number): number {
  view.setFloat64(0, x);
  const high = view.getUint32(0);
  let exponent = (high >>> 20) - 1023;
  view.setUint32(0, (high & 0x000fffff) | 0x3ff00000);
  let mantissa = view.getFloat64(0);
  if (mantissa >= SQRT_2) {
    mantissa /= 2;
    exponent += 1;
  }
  const s = (mantissa - 1) / (mantissa + 1);
  const square = s * s;
  let series = 0;
  for (let power = 23; power >= 3; power -= 2) series = (series + 1 / power) * square;
  return exponent * LN_2_HIGH + (exponent * LN_2_LOW + 2 * s * series + 2 * s);
}
