/**
 * The platform's own digests: Node has them all, a browser none. They are looked up, not imported, so that a bundle for
 * the browser names no module that it lacks (docs/adr/0002).
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

/** CRC-32 by zlib. */
export const nativeCrc32: NodeModules['zlib']['crc32'] | undefined =
  process?.getBuiltinModule?.('zlib')?.crc32;

/** SHA-256 and HMAC-SHA-512 by OpenSSL. */
export const nativeHashes: NodeModules['crypto'] | undefined = process?.getBuiltinModule?.('crypto');
