import { test } from 'vitest';
import { EVENTS } from './over.ts';
import { expectServerKillsSurvived } from './server-kills.ts';

test('20 clients; the server killed with -9 and started again twice; every client ends PROVED', () =>
  expectServerKillsSurvived(2, 400));

test('the same over HTTP, as events; the server killed once', () =>
  expectServerKillsSurvived(1, 300, EVENTS));
