/** A client of the demo. */
export interface CastMember {
  readonly client: string;
  /** Its stream and its rate, as in the URL; the stream is in canonical form but for its defaults. */
  readonly stream: string;
  readonly ratePerSecond: number;
  /** Messages a block. */
  readonly block: number;
  readonly carriage: 'WebSocket' | 'HTTP';
}

/** Three clients that differ in their data, rates, block sizes, and in what they are connected by. */
export const PROVED_CLIENTS: readonly CastMember[] = [
  { client: 'alice', stream: 'users?seed=7', ratePerSecond: 5, block: 5, carriage: 'WebSocket' },
  { client: 'bob', stream: 'arrays?shape=2,3', ratePerSecond: 10, block: 20, carriage: 'WebSocket' },
  { client: 'carol', stream: 'bytes?size=1024', ratePerSecond: 100, block: 250, carriage: 'HTTP' },
];

/** The fourth is an ordinary client, too, but its path does harm. Its messages are long, so that their seqs are seldom hit. */
export const MALLORY: CastMember = {
  ...{ client: 'mallory', stream: 'bytes?size=2048', ratePerSecond: 8 },
  ...{ block: 10, carriage: 'WebSocket' },
};

/** What the path of the fourth does: at once, and then now and then. */
export const HARM = 'flip=@25,flip=1%,cut=25s,seed=4';

/** The URL at which a client takes its stream from a server. */
export function streamUrl(serverUrl: string, { stream, ratePerSecond, carriage }: CastMember): string {
  const base = carriage === 'HTTP' ? serverUrl.replace(/^ws/, 'http') : serverUrl;
  return `${base}/${stream}&rate=${ratePerSecond}`;
}
