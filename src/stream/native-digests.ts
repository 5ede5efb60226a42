/**
 * What the platform has built in to digest bytes with: all of it if that is Node, nothing in a browser. It is asked for,
 * and not imported, so that what is bundled for a browser names no module that a browser lacks (docs/adr/0002).
 */
interface NodeModules {
  readonly zlib: { crc32(bytes: Uint8Array, start: number): number };
  readonly crypto: {
    createHash(algorithm: string): Digesting;
    createHmac(algorithm: string, key: Uint8Array): Digesting;
  };
}

interface Digesting {
  update(text: string, encoding: 'utf8'): this;
  digest(): Uint8Array;
}

interface Platform {
  readonly process?: {
    getBuiltinModule?<Name extends keyof NodeModules>(name: Name): NodeModules[Name] | undefined;
  };
}

const { process }: Platform = globalThis;

/** CRC-32 as zlib has it. */
export const nativeCrc32: NodeModules['zlib']['crc32'] | undefined =
  process?.getBuiltinModule?.('zlib')?.crc32;

/** SHA-256 and HMAC-SHA-512 as OpenSSL has them. */
export const nativeHashes: NodeModules['crypto'] | undefined = process?.getBuiltinModule?.('crypto');
