import { test } from 'vitest';
import { expectClientKillsSurvived } from './client-kills.ts';

const KILLS = 25;

test(
  `the client killed with -9 ${KILLS} times and resumed: each seq once in its log, PROVED`,
  {
    timeout: 300_000,
  },
  () => expectClientKillsSurvived(KILLS, 6000),
);
