/** The kinds of stream that there are. */
export const STREAM_KINDS = ['users', 'arrays', 'bytes'] as const;
export type StreamKind = (typeof STREAM_KINDS)[number];
