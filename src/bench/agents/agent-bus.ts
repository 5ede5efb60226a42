/** What carries messages between a bench and its agents. It may lose, but not change them. NATS is one; a test has its own. */
export interface AgentBus {
  /** The most bytes of one message. */
  readonly mostBytes: number;
  /** Sends to whoever listens now. */
  publish(subject: string, bytes: Uint8Array): void;
  /** @returns what ends it */
  subscribe(subject: string, take: (bytes: Uint8Array) => void): () => void;
  /** Sends what is still here, and ends. */
  close(): Promise<void>;
}

/**
 * All subjects are below one prefix, and their variable parts are ids that ends made by themselves. So NATS can be told who
 * may be an agent, and who may use one: docs/guide.md.
 */
export const SUBJECTS = {
  /** A bench asks who is there. */
  call: 'tidemark.agents.call',
  /** An agent says that it is. */
  hello: (bench: string): string => `tidemark.agents.hello.${bench}`,
  /** A bench takes an agent. */
  take: (agent: string): string => `tidemark.agents.take.${agent}`,
  toAgent: (session: string): string => `tidemark.agents.session.${session}.down`,
  toBench: (session: string): string => `tidemark.agents.session.${session}.up`,
} as const;

export function jsonBytes(message: object): Uint8Array {
  return new TextEncoder().encode(JSON.stringify(message));
}
