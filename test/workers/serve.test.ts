import { expect, onTestFinished, test } from 'vitest';
import { UsageError } from '../../src/wording/usage-error.ts';
import { serve } from '../../src/workers/serve.ts';

test('one worker is this process alone', async () => {
  const server = await serve({ port: 0, encoders: 0, workers: 1 });
  onTestFinished(() => server.close());
  const roster = await (await fetch(`http://127.0.0.1:${server.port}/clients`)).json();
  expect(roster).toEqual({ total: 0, clients: [], left: [] });
});

test.each([0, 65, 1.5, Number.NaN])('%d workers are refused', async (workers) => {
  await expect(serve({ port: 0, workers })).rejects.toThrow(
    /^workers must be an integer from 1 to 64, or auto, got/,
  );
});

test('where the program of a worker is not, as in a bundle, it is said where it was looked for, and what helps', async () => {
  const started = serve({ port: 0, workers: 2 }); // the sources have no program that Node runs
  await expect(started).rejects.toThrow(UsageError);
  await expect(started).rejects.toThrow(
    /the program of a worker is not at .*worker-program\.js: leave workers out, or put tidemark's/,
  );
});
