import { execFileSync, spawn } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

/** Made by the build, and not checked in. */
const MADE_FILES = [
  'assembly/users.ts',
  'src/stream/program/encoder-wasm.ts',
  'src/stream/kinds/faker-tables.ts',
  'src/stream/program/users-texts.ts',
  'src/transport/reader-wasm.ts',
];
/** For one file of tests. */
const LIMIT_MS = 300_000;

/** A copy of the repository in a temporary folder, in which files can be changed and tests run. */
export class Copy {
  #root;
  #child;

  /** @param {string} repository a checkout in which `npm ci` has been run */
  constructor(repository) {
    this.#root = mkdtempSync(join(tmpdir(), 'tidemark-controls-'));
    const tracked = execFileSync('git', ['ls-files', '-z'], { cwd: repository, encoding: 'utf8' });
    for (const file of [...tracked.split('\0').filter(Boolean), ...MADE_FILES]) {
      mkdirSync(dirname(join(this.#root, file)), { recursive: true });
      cpSync(join(repository, file), join(this.#root, file));
    }
    cpSync(join(repository, 'dist'), join(this.#root, 'dist'), { recursive: true });
    symlinkSync(join(repository, 'node_modules'), join(this.#root, 'node_modules'));
  }

  read(file) {
    return readFileSync(join(this.#root, file), 'utf8');
  }

  write(file, text) {
    writeFileSync(join(this.#root, file), text);
  }

  async build() {
    const { code, output } = await this.#run(process.execPath, ['scripts/build.mjs']);
    if (code !== 0) throw new Error(`the copy can't be built:\n${output}`);
  }

  /** Runs test files; @returns how many tests passed and failed, the names of these, and what could not be run at all */
  async test(files, env = {}) {
    const report = join(this.#root, 'report.json');
    rmSync(report, { force: true });
    const vitest = join('node_modules', 'vitest', 'vitest.mjs');
    const options = ['run', '--reporter=json', `--outputFile=${report}`, '--bail=1'];
    const limitMs = files.length * LIMIT_MS;
    const { output, late } = await this.#run(process.execPath, [vitest, ...options, ...files], env, limitMs);
    if (late) return { passed: 0, failed: 0, broken: `no end within ${limitMs / 1000} s` };
    let told;
    try {
      told = JSON.parse(readFileSync(report, 'utf8'));
    } catch {
      return { passed: 0, failed: 0, broken: output.slice(-2000) };
    }
    const unrun = told.testResults.filter(({ assertionResults }) => assertionResults.length === 0);
    const broken =
      unrun.length > 0 || told.numTotalTests === 0 ? (unrun[0]?.message ?? 'no tests') : undefined;
    const failures = told.testResults.flatMap(({ assertionResults }) =>
      assertionResults.filter(({ status }) => status === 'failed').map(({ fullName }) => fullName),
    );
    return { passed: told.numPassedTests, failed: told.numFailedTests, failures, broken };
  }

  /** Ends whatever runs, and removes the copy. */
  close() {
    this.#child?.kill('SIGKILL');
    rmSync(this.#root, { recursive: true, force: true });
  }

  #run(program, parameters, env = {}, limitMs = LIMIT_MS) {
    return new Promise((resolve) => {
      const child = spawn(program, parameters, {
        cwd: this.#root,
        env: { ...process.env, ...env },
        stdio: ['ignore', 'pipe', 'pipe'],
      });
      this.#child = child;
      let output = '';
      let late = false;
      const timer = setTimeout(() => {
        late = true;
        child.kill('SIGKILL');
      }, limitMs);
      for (const stream of [child.stdout, child.stderr]) {
        stream.on('data', (chunk) => {
          output += chunk;
        });
      }
      child.on('close', (code) => {
        clearTimeout(timer);
        resolve({ code, output, late });
      });
    });
  }
}
