import { test } from 'vitest';
import { expectMessagesOfReference } from './made-up-programs.ts';

test('the build makes the messages that the reference makes, of any of many programs', () =>
  expectMessagesOfReference(60));
