import { expect, onTestFinished, test } from 'vitest';
import { tellBench } from '../../../src/bench/process/bench-parent.ts';

test('a bench that is gone is told nothing, and that is no error of its process', () => {
  const { send } = process;
  onTestFinished(() => {
    if (send === undefined) Reflect.deleteProperty(process, 'send');
    else process.send = send;
  });
  let told: unknown;
  // As Node does it: without a callback, an error is emitted, and ends the process.
  process.send = (message: unknown, ...rest: unknown[]) => {
    told = message;
    const callback = rest.find((each) => typeof each === 'function');
    const error = Object.assign(new Error('write EPIPE'), { code: 'EPIPE' });
    if (callback === undefined) throw error;
    callback(error);
    return false;
  };
  tellBench({ type: 'ready' });
  expect(told).toEqual({ type: 'ready' });
});
