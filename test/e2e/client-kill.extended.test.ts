import { test } from 'vitest';
import { expectClientKillsSurvived } from './client-kills.ts';
import { EVENTS, LINES, WEBSOCKET } from './over.ts';

const KILLS = 25;

test.each([WEBSOCKET, EVENTS, LINES])(
  `over $name: the client killed with -9 ${KILLS} times and resumed: each seq once in its log, PROVED`,
  {
    timeout: 300_000,
  },
  (over) => expectClientKillsSurvived(KILLS, 6000, over),
);
