import { quoted } from '../../wording/secrets.ts';
import { fixedPoint } from '../program/distribution.ts';
import { namesSecretSeed } from '../secret-seed.ts';
import { badParameter, StreamError } from '../stream-error.ts';

/** A parameter as a kind declares it: what it may be, and what it is if it is not given. */
export interface Parameter {
  readonly name: string;
  readonly type: 'integer' | 'number' | 'choice' | 'shape';
  readonly default: string;
  readonly minimum?: number;
  readonly maximum?: number;
  /** All that may be chosen. */
  readonly choices?: readonly string[];
}

/**
 * Reads the parameters of a stream name in the order that its kind asks for them, and so builds the canonical
 * name: every parameter, in that order, defaults filled in. Each method throws a StreamError for a bad value.
 */
export class ParameterReader {
  readonly #kind: string;
  readonly #given: URLSearchParams;
  readonly #canonical: string[] = [];
  readonly #declared: Parameter[] = [];

  constructor(kind: string, given: URLSearchParams) {
    this.#kind = kind;
    this.#given = given;
  }

  /** What has been asked for. */
  get declared(): readonly Parameter[] {
    return this.#declared;
  }

  integer(name: string, limits: { minimum: number; maximum: number; fallback: number }): number {
    const { minimum, maximum, fallback } = limits;
    const text = this.#take({ name, type: 'integer', minimum, maximum, default: String(fallback) });
    if (text === undefined) return this.#keep(name, fallback);
    const value = Number(text);
    if (
      !/^(0|-?[1-9]\d*)$/.test(text) ||
      value < minimum ||
      value > maximum ||
      !Number.isSafeInteger(value)
    ) {
      throw badParameter(name, `an integer from ${minimum} to ${maximum}`, text);
    }
    return this.#keep(name, value);
  }

  /**
   * The seed: a number, or the name of the secret one; `fallback` is either.
   *
   * @param secret the name of the only secret seed that is known here, if there is one
   */
  seed(secret: string | undefined, fallback: number | string): number | string {
    const [text] = this.#given.getAll('seed');
    if (text === undefined ? typeof fallback === 'number' : !namesSecretSeed(text)) {
      const limits = { minimum: 0, maximum: Number.MAX_SAFE_INTEGER };
      return this.integer('seed', { ...limits, fallback: Number(fallback) });
    }
    const declared = { name: 'seed', type: 'integer', minimum: 0, maximum: Number.MAX_SAFE_INTEGER } as const;
    const name = this.#take({ ...declared, default: String(fallback) }) ?? String(fallback);
    if (name === secret) return this.#keep('seed', name);
    const expected =
      secret === undefined ? 'a number: no secret seed is known here' : `${secret}, or a number`;
    throw badParameter('seed', expected, name);
  }

  /** A number in fixed-point notation with at most `decimals` decimals, as an integer count of 10^-decimals. */
  fixedPoint(name: string, limits: { decimals: number; fallback: number }): number {
    const { decimals, fallback } = limits;
    const text = this.#take({ name, type: 'number', default: String(fallback) }) ?? String(fallback);
    const parts = /^(-?)(0|[1-9]\d{0,14})(?:\.(\d+))?$/.exec(text);
    const fraction = parts?.[3] ?? '';
    const units = Number(`${parts?.[2]}${fraction.padEnd(decimals, '0')}`) * (parts?.[1] === '-' ? -1 : 1);
    if (parts === null || fraction.length > decimals || !Number.isSafeInteger(units)) {
      const form =
        decimals === 0
          ? 'an integer'
          : `a number with at most ${decimals} decimal${decimals === 1 ? '' : 's'}`;
      throw badParameter(name, form, text);
    }
    const value = units === 0 ? 0 : units; // no -0
    this.#keep(
      name,
      fixedPoint(value, decimals)
        .replace(/(\.\d*?)0+$/, '$1')
        .replace(/\.$/, ''),
    );
    return value;
  }

  choice<T extends string>(name: string, choices: readonly T[], fallback: T): T {
    const text = this.#take({ name, type: 'choice', choices, default: fallback });
    if (text === undefined) return this.#keep(name, fallback);
    const value = choices.find((choice) => choice === text);
    if (value === undefined) throw badParameter(name, `one of ${choices.join(', ')}`, text);
    return this.#keep(name, value);
  }

  /** Dimensions such as `16,16`: 1 to `maximumDimensions` positive integers with a bounded product. */
  shape(
    name: string,
    limits: { maximumDimensions: number; maximumElements: number; fallback: number[] },
  ): number[] {
    const { maximumDimensions, maximumElements, fallback } = limits;
    const given = this.#take({ name, type: 'shape', default: fallback.join(',') });
    const text = given ?? fallback.join(',');
    const shape = text.split(',').map(Number);
    const product = shape.reduce((elements, size) => elements * size, 1);
    if (
      !/^[1-9]\d*(,[1-9]\d*)*$/.test(text) ||
      shape.length > maximumDimensions ||
      product > maximumElements
    ) {
      const expected = `1 to ${maximumDimensions} sizes such as 16,16, at most ${maximumElements} elements`;
      throw badParameter(name, expected, text);
    }
    this.#keep(name, text);
    return shape;
  }

  /** Ends the reading: refuses parameters that were not asked for and gives the canonical name. */
  finish(): string {
    const known = this.#declared.map(({ name }) => name);
    for (const name of this.#given.keys()) {
      if (!known.includes(name)) {
        const shown = quoted(name);
        const expected = `${this.#kind} here takes ${known.join(', ')}`;
        throw new StreamError('unknown_parameter', `unknown parameter ${shown}: ${expected}`);
      }
    }
    return `${this.#kind}?${this.#canonical.join('&')}`;
  }

  #take(declared: Parameter): string | undefined {
    const { name } = declared;
    this.#declared.push(declared);
    const values = this.#given.getAll(name);
    if (values.length > 1) throw badParameter(name, 'given once', values.join(' and '));
    return values[0];
  }

  #keep<T extends string | number>(name: string, value: T): T {
    this.#canonical.push(`${name}=${value}`);
    return value;
  }
}
