import { test } from 'vitest';
import { EVENTS, LINES, WEBSOCKET } from './over.ts';
import { expectServerKillsSurvived } from './server-kills.ts';

const KILLS = 25;

test.each([WEBSOCKET, EVENTS, LINES])(
  `over $name: 20 clients; the server killed with -9 and started again ${KILLS} times; every client ends PROVED`,
  {
    timeout: 300_000,
  },
  (over) => expectServerKillsSurvived(KILLS, 2000, over),
);
