import { describe, expect, test } from 'vitest';
import { openStream } from '../../src/stream/stream.ts';
import { freePort, outcome, Process, PYTHON, serveOn } from './processes.ts';

/** Streams over HTTP as people take them: by curl. */

const SSE = ['-H', 'Accept: text/event-stream'];

async function started(...options: string[]) {
  const port = await freePort();
  const server = await serveOn(port, ...options);
  const url = `http://127.0.0.1:${port}`;
  const curl = (path: string, ...args: string[]) => new Process('curl', ['-sSN', ...args, `${url}${path}`]);
  return { server, curl, url };
}

function line(seq: number): string {
  return Buffer.from(openStream('users').message(seq)).toString();
}

describe('curl', () => {
  test('gets lines at their rate for ever, joins and leaves', async () => {
    const { server, curl } = await started('--json');
    const run = curl('/users?rate=50&client=alice');
    await run.lines(20, /^\{"seq":/);
    expect(await server.event('join')).toMatchObject({ client: 'alice', carriage: 'http', plain: true });
    run.kill('SIGKILL');
    expect(await server.event('leave')).toMatchObject({ client: 'alice', clients: 0 });
  });

  test('gets what it asks for, and ends well', async () => {
    const { curl } = await started();
    const { code, stdout } = await outcome(curl('/users?rate=max&count=3'));
    expect([code, stdout.trimEnd().split('\n')]).toEqual([0, [line(0), line(1), line(2)]]);
  });

  test('resumes events to the byte', async () => {
    const { curl } = await started();
    const whole = (await outcome(curl('/users?rate=max&count=9', ...SSE))).stdout;
    const rest = (await outcome(curl('/users?rate=max&count=9', ...SSE, '-H', 'Last-Event-ID: 4'))).stdout;
    expect(rest.slice(rest.indexOf('id: 5'))).toBe(whole.slice(whole.indexOf('id: 5')));
  });

  test('is told by its exit code that the server stopped', async () => {
    const { server, curl } = await started();
    const run = curl('/users?rate=50');
    await run.line(/^\{"seq":0/);
    server.kill('SIGTERM');
    expect((await outcome(run)).code).toBe(18); // "partial file"
  });

  test('gets a file that NumPy loads', async () => {
    const { url } = await started();
    const get = `curl -sS '${url}/arrays?shape=3,4&encoding=npy&count=1'`;
    const load = 'import io, numpy, sys; print(numpy.load(io.BytesIO(sys.stdin.buffer.read())).shape)';
    const { stdout } = await outcome(new Process('bash', ['-c', `${get} | ${PYTHON} -c '${load}'`]));
    expect(stdout).toBe('(3, 4)');
  });

  test('sees the end in a trailer, if it speaks tidemark.v1', async () => {
    const { server, curl } = await started();
    const run = curl('/users?rate=50&speak=tidemark.v1', '--raw', '-i');
    await run.line(/^Tidemark-Welcome: \{"type":"welcome"/);
    await run.line(/"seq":2,/);
    server.kill('SIGTERM');
    expect((await outcome(run)).stdout).toMatch(/\n0\r?\nTidemark-Close: 1012 the server stops\r?\n/);
  });
});
