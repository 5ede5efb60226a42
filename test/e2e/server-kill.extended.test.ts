import { test } from 'vitest';
import { expectServerKillsSurvived } from './server-kills.ts';

const KILLS = 25;

test(
  `20 clients; the server killed with -9 and started again ${KILLS} times; every client ends PROVED`,
  {
    timeout: 300_000,
  },
  () => expectServerKillsSurvived(KILLS, 2000),
);
