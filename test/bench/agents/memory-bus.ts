import type { AgentBus } from '../../../src/bench/agents/agent-bus.ts';

/** A bus in memory: what is published comes to who listens then, in order, in a turn of its own. */
export class MemoryBus {
  readonly #listeners = new Map<string, Set<(bytes: Uint8Array) => void>>();

  /** The end of one process on it, which can be cut off from everybody. */
  end(mostBytes = 1_048_576): AgentBus & { isCut: boolean } {
    const bus = this;
    return {
      isCut: false,
      mostBytes,
      publish(subject: string, bytes: Uint8Array): void {
        if (bytes.length > mostBytes) throw new Error(`${bytes.length} bytes are too many`);
        if (!this.isCut) bus.#publish(subject, bytes.slice());
      },
      subscribe(subject: string, take: (bytes: Uint8Array) => void): () => void {
        const listeners = bus.#listeners.get(subject) ?? new Set();
        bus.#listeners.set(subject, listeners);
        const listener = (bytes: Uint8Array) => {
          if (!this.isCut) take(bytes);
        };
        listeners.add(listener);
        return () => listeners.delete(listener);
      },
      close: () => Promise.resolve(),
    };
  }

  #publish(subject: string, bytes: Uint8Array): void {
    for (const listener of [...(this.#listeners.get(subject) ?? [])]) queueMicrotask(() => listener(bytes));
  }
}
