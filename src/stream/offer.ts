import { PROGRAMS } from './kinds/kind-programs.ts';
import { type Parameter, ParameterReader } from './kinds/parameter-reader.ts';
import { STREAM_KINDS, type StreamKind } from './kinds/stream-kinds.ts';
import type { SecretSeed } from './secret-seed.ts';

/** A kind of stream, as somebody is told who wants to know what there is. */
export interface StreamOffer {
  readonly kind: StreamKind;
  /** What it sends, in a sentence. */
  readonly summary: string;
  /** The parameters of its name, with defaults. Which there are may hang on a choice: these are those of the default. */
  readonly parameters: readonly Parameter[];
  /** The canonical name of the one that is meant by the kind alone. */
  readonly name: string;
  /** The name of another one. */
  readonly example: string;
}

const SAID: Readonly<Record<StreamKind, Pick<StreamOffer, 'summary' | 'example'>>> = {
  users: {
    summary: 'Records of invented people, with addresses: JSON of some 300 bytes.',
    example: 'users?seed=7',
  },
  arrays: {
    summary: 'Arrays of random numbers of any dtype and shape, as JSON or as .npy.',
    example: 'arrays?dtype=float32&shape=16,16&dist=normal',
  },
  bytes: {
    summary: 'JSON records of exactly so many bytes, to measure transport alone.',
    example: 'bytes?size=1024',
  },
};

/**
 * Every kind of stream, by its own declarations.
 *
 * @param defaultSeed the seed of a name that has none; a secret one stands before it
 */
export function streamOffers(defaultSeed: number, secretSeed?: SecretSeed): StreamOffer[] {
  return STREAM_KINDS.map((kind) => {
    const reader = new ParameterReader(kind, new URLSearchParams());
    PROGRAMS[kind](reader);
    reader.seed(secretSeed?.name, secretSeed?.name ?? defaultSeed);
    return { kind, ...SAID[kind], parameters: reader.declared, name: reader.finish() };
  });
}
