/** A carriage, as the command line chooses it. */
export interface Over {
  readonly name: string;
  readonly scheme: 'ws' | 'http';
  readonly options: readonly string[];
}

export const WEBSOCKET: Over = { name: 'WebSocket', scheme: 'ws', options: [] };
export const EVENTS: Over = { name: 'events', scheme: 'http', options: [] };
export const LINES: Over = { name: 'lines', scheme: 'http', options: ['--as', 'lines'] };
