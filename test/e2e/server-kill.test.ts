import { test } from 'vitest';
import { expectServerKillsSurvived } from './server-kills.ts';

test('20 clients; the server killed with -9 and started again twice; every client ends PROVED', () =>
  expectServerKillsSurvived(2, 400));
