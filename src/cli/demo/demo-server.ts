import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import type { ServerEvent } from '../../server/options/server-event.ts';
import { withoutSettings } from '../settings/without-settings.ts';

/** `tidemark serve` as a child process, so that it really can be killed. */
export class DemoServer {
  readonly #tell: (event: ServerEvent) => void;
  #port: number;
  #url = '';
  #child: ChildProcess | undefined;

  /** @param port 0 takes a free one, and keeps it across restarts */
  constructor(port: number, tell: (event: ServerEvent) => void) {
    this.#port = port;
    this.#tell = tell;
  }

  /** Its URL, once it listens. */
  get url(): string {
    return this.#url;
  }

  /** Resolves once the server listens; rejects if it can't. */
  async start(): Promise<void> {
    // The build puts the whole command into one folder.
    const program = fileURLToPath(new URL('./tidemark.js', import.meta.url));
    const words = ['serve', '--port', String(this.#port), '--json', '--no-config'];
    const child = spawn(process.execPath, [program, ...words], {
      stdio: ['ignore', 'pipe', 'pipe'],
      env: withoutSettings(process.env),
      detached: true, // Ctrl-C is for the demo, which stops the server when the clients have left
    });
    this.#child = child;
    let complaints = '';
    child.stderr.on('data', (chunk) => {
      complaints += chunk;
    });
    await new Promise<void>((resolve, reject) => {
      child.once('exit', (code) => reject(new ServerEnded(code, complaints)));
      createInterface({ input: child.stdout }).on('line', (line) => {
        const event = JSON.parse(line) as ServerEvent;
        if (event.event === 'listening') {
          this.#url = event.url;
          this.#port = Number(new URL(event.url).port);
        }
        this.#tell(event);
        if (event.event === 'listening') resolve();
      });
    });
  }

  kill(): void {
    this.#child?.kill('SIGKILL');
  }

  async stop(): Promise<void> {
    const child = this.#child;
    if (child === undefined || child.exitCode !== null || child.signalCode !== null) return;
    child.kill('SIGTERM');
    await once(child, 'exit');
  }
}

/** The server could not start; it has said why. */
class ServerEnded extends Error {
  readonly code = 'server_ended';

  constructor(status: number | null, complaints: string) {
    const said = complaints.trim().replace(/^tidemark: /, '');
    super(`its server ended with ${status}: ${said}`);
  }
}
