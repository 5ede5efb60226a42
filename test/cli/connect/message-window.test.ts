import { expect, test } from 'vitest';
import { MessageWindow } from '../../../src/cli/connect/message-window.ts';

const MOST = 50;

/** How many of a second's messages are shown, one by one, and how often it is told that not all are. */
function shownOf(window: MessageWindow, perSecond: number, second: number) {
  let shown = 0;
  let notices = 0;
  for (let i = 0; i < perSecond; i++) {
    if (window.shows(1, second * 1000 + (i * 1000) / perSecond)) shown++;
    if (window.takeNotice()) notices++;
  }
  return [shown, notices];
}

test('what can be read is shown', () => {
  const window = new MessageWindow(MOST);
  window.ratePerSecond = 50;
  for (let second = 0; second < 5; second++) expect(shownOf(window, 50, second)).toEqual([50, 0]);
});

test('of a rate that is said to be too fast nothing is, and that is told once', () => {
  const window = new MessageWindow(MOST);
  window.ratePerSecond = 200;
  expect(shownOf(window, 200, 0)).toEqual([0, 1]);
  expect(shownOf(window, 200, 1)).toEqual([0, 0]);
});

test('a rate that nobody says is measured, and shown again when it can be read', () => {
  const window = new MessageWindow(MOST);
  expect(shownOf(window, 200, 0)).toEqual([50, 1]);
  expect(shownOf(window, 200, 1)).toEqual([0, 0]);
  expect(shownOf(window, 10, 2)).toEqual([0, 0]);
  expect(shownOf(window, 10, 3)).toEqual([10, 0]);
  expect(shownOf(window, 200, 9)).toEqual([50, 0]);
});

test('many that come together count as many', () => {
  const window = new MessageWindow(MOST);
  expect(window.shows(51, 0)).toBe(false);
  expect(window.takeNotice()).toBe(true);
});
