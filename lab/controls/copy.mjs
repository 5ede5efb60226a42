import { cpSync, mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { Child } from '../kit/child.mjs';
import { command } from '../kit/command.mjs';

/** Where the build makes files, which are not checked in. */
const MADE_IN = ['src', 'assembly'];
/** For one file of tests. */
const LIMIT_MS = 300_000;
/** For one test: one that waits for what never comes has failed, before its file has run out of time. */
const TEST_LIMIT_MS = 120_000;

/**
 * What came of test files: how many tests passed and failed, the names of these, and what could not be run at all.
 *
 * @typedef {{ passed: number, failed: number, failures: string[], broken: string | undefined }} TestResult
 */

/** A copy of the repository in a temporary folder, in which files can be changed and tests run. */
export class Copy {
  #scope;
  #root;

  /**
   * @param {import('../kit/scope.mjs').Scope} scope with which the copy goes, and whatever runs in it
   * @param {string} repository a checkout in which `npm ci` has been run
   */
  constructor(scope, repository) {
    this.#scope = scope;
    this.#root = scope.folder();
    const listed = (/** @type {string[]} */ ...options) =>
      command('git', '-C', repository, 'ls-files', '-z', ...options)
        .split('\0')
        .filter(Boolean);
    const made = listed('--others', '--ignored', '--exclude-standard', ...MADE_IN);
    for (const file of [...listed(), ...made]) {
      mkdirSync(dirname(join(this.#root, file)), { recursive: true });
      cpSync(join(repository, file), join(this.#root, file));
    }
    cpSync(join(repository, 'dist'), join(this.#root, 'dist'), { recursive: true });
    symlinkSync(join(repository, 'node_modules'), join(this.#root, 'node_modules'));
  }

  /** @param {string} file */
  read(file) {
    return readFileSync(join(this.#root, file), 'utf8');
  }

  /** @param {string} file @param {string} text */
  write(file, text) {
    writeFileSync(join(this.#root, file), text);
  }

  async build() {
    const build = this.#node(['scripts/build.mjs']);
    const { code } = await build.end(LIMIT_MS);
    if (code !== 0) throw new Error(`the copy can't be built:\n${build.lastLines.join('\n')}`);
  }

  /** Runs test files. @param {readonly string[]} files @param {Record<string, string>} [env] @returns {Promise<TestResult>} */
  async test(files, env) {
    const report = join(this.#root, 'report.json');
    rmSync(report, { force: true });
    const vitest = join('node_modules', 'vitest', 'vitest.mjs');
    const options = [
      'run',
      '--reporter=json',
      `--outputFile=${report}`,
      '--bail=1',
      `--testTimeout=${TEST_LIMIT_MS}`,
    ];
    const run = this.#node([vitest, ...options, ...files], env);
    const limitMs = files.length * LIMIT_MS;
    try {
      await run.end(limitMs);
    } catch {
      await run.killNow();
      return unrun(`no end within ${limitMs / 1000} s`);
    }
    try {
      return judged(JSON.parse(readFileSync(report, 'utf8')));
    } catch {
      return unrun(run.lastLines.join('\n').slice(-2000));
    }
  }

  /** @param {readonly string[]} args @param {Record<string, string>} [env] */
  #node(args, env = {}) {
    // In a group of its own: a worker that a planted bug holds in a loop ends with it, and by nothing else.
    return new Child(this.#scope, process.execPath, args, { cwd: this.#root, env, detached: true });
  }
}

/** @param {string} broken @returns {TestResult} */
function unrun(broken) {
  return { passed: 0, failed: 0, failures: [], broken };
}

/**
 * @typedef {{ message?: string, assertionResults: { status: string, fullName: string }[] }} FileReport
 * @param {{ testResults: FileReport[], numTotalTests: number, numPassedTests: number, numFailedTests: number }} report
 * @returns {TestResult}
 */
function judged({ testResults, numTotalTests, numPassedTests, numFailedTests }) {
  const empty = testResults.filter(({ assertionResults }) => assertionResults.length === 0);
  const broken = empty.length > 0 || numTotalTests === 0 ? (empty[0]?.message ?? 'no tests') : undefined;
  const failures = testResults.flatMap(({ assertionResults }) =>
    assertionResults.filter(({ status }) => status === 'failed').map(({ fullName }) => fullName),
  );
  return { passed: numPassedTests, failed: numFailedTests, failures, broken };
}
