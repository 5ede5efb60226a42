import { existsSync } from 'node:fs';
import { checkTrustedCertificates } from '../client/trusted-certificates.ts';
import { type ReadRun, readRunFile } from '../run-file/read-run-file.ts';
import type { RunFileRecord, RunHeader, Settings } from '../run-file/record/run-record.ts';
import { RunFileError } from '../run-file/run-file-error.ts';
import { RunWriter } from '../run-file/run-writer.ts';
import { takeAccessToken } from '../session/access-token.ts';
import { openStream } from '../stream/stream.ts';
import { VERSION } from '../version.ts';
import { takeUserInfo } from '../wording/secrets.ts';
import { agentSettings, openBus } from './agent-settings.ts';
import { AgentProcesses } from './agents/agent-processes.ts';
import type { BenchEvent } from './bench-event.ts';
import { type BenchOptions, resolveSettings } from './bench-options.ts';
import { Dealer } from './dealer.ts';
import { BENCH_DEFAULTS } from './defaults.ts';
import { MeasuringProcesses } from './measuring-processes.ts';
import { type PlannedRun, plan } from './plan.ts';
import { differenceOf } from './process/machine-difference.ts';
import { ForkedProcesses } from './process/process-source.ts';
import { thisMachine } from './process/this-machine.ts';
import { thisCommit } from './provenance.ts';
import { rehearsals } from './rehearsal.ts';

/**
 * Measures every cell of a sweep, in random order, and writes the run file. Server and clients run in processes of
 * their own.
 *
 * @returns whether every measurement was made
 * @throws UsageError for an option out of bounds, RunFileError for the file, BenchError if it can't go on,
 *   NotMeasuredError if there is nothing to measure, or no longer: earlier measurements are in the file
 */
export async function bench(given: BenchOptions, tell: (event: BenchEvent) => void): Promise<boolean> {
  const options = withoutSecrets(given);
  if (options.ca !== undefined) checkTrustedCertificates(options.ca);
  const before = options.resume ? readBefore(options.out) : undefined;
  const header = before?.header ?? headerOf(options);
  const { settings } = header;
  const runs = plan(settings);
  if (before !== undefined) checkOrder(before, runs, options.out);
  const done = new Set(before?.measurements.map(({ cell }) => cell.run));
  const left = runs.filter(({ run }) => !done.has(run));
  const writer =
    before === undefined
      ? RunWriter.create(options.out)
      : RunWriter.resume(options.out, before.finishedBytes);
  const startedMs = Date.parse(header.started_at);
  let headerBytes = 0;
  try {
    if (before === undefined) writer.write([header]);
    headerBytes = writer.position;
    const measurements = runs.length;
    tell({
      event: 'start',
      settings,
      out: options.out,
      measurements,
      done: done.size,
      expected_ms: total(left),
    });
    const givenUrl = given.url;
    const whole = { options, givenUrl, settings, writer, startedMs, tell, before };
    const measured = await measureAll(left, measurements, whole);
    const complete = measured === left.length;
    const duration_ms = Date.now() - startedMs;
    writer.write([{ record: 'end', complete, cells: done.size + measured, duration_ms }]);
    tell({ event: 'end', complete, measured: done.size + measured, duration_ms });
    return complete;
  } catch (error) {
    if (before === undefined && writer.position === headerBytes) writer.discard(); // the next try may have its name
    throw error;
  } finally {
    writer.close();
  }
}

interface Whole {
  readonly options: BenchOptions;
  /** Including its secrets. */
  readonly givenUrl: string | undefined;
  readonly settings: Settings;
  readonly writer: { write(records: readonly RunFileRecord[]): void };
  readonly startedMs: number;
  readonly tell: (event: BenchEvent) => void;
  /** What there was of a run that is gone on with. */
  readonly before: ReadRun | undefined;
}

/** @returns how many were made before they were all done, or the user ended them */
async function measureAll(left: readonly PlannedRun[], measurements: number, whole: Whole): Promise<number> {
  if (left.length === 0) return 0;
  const { options, givenUrl, settings, startedMs } = whole;
  const { accessToken, userInfo, ca, signal, sample = BENCH_DEFAULTS.sample } = options;
  const secrets = { accessToken, userInfo, plainUrl: settings.plain ? (givenUrl ?? settings.url) : null };
  const bus = settings.agents === null ? undefined : await openBus(options);
  const agents = bus === undefined ? undefined : new AgentProcesses(agentSettings(bus, whole));
  const source =
    agents ?? new ForkedProcesses(Math.min(settings.client_processes, Math.max(...settings.clients)));
  const processes = new MeasuringProcesses({ settings, startedMs, ...secrets, ca, sample, signal, source });
  try {
    await processes.start();
    if (signal?.aborted) return 0;
    return await measureEach(left, measurements, whole, new Dealer(processes, agents, whole));
  } finally {
    processes.end();
    await bus?.close();
  }
}

async function measureEach(
  left: readonly PlannedRun[],
  measurements: number,
  { options: { signal }, writer, tell }: Whole,
  dealer: Dealer,
): Promise<number> {
  let measured = 0;
  // Actual over expected duration so far, to estimate the time left.
  let expectedMs = 0;
  let tookMs = 0;
  for (const rehearsal of rehearsals(left)) {
    if (!signal?.aborted) await dealer.measure({ ...rehearsal, run: measurements });
  }
  for (const [index, planned] of left.entries()) {
    if (signal?.aborted) break;
    const pace = expectedMs === 0 ? 1 : tookMs / expectedMs;
    const { block, clients, stream, rate, repeat, expectedMs: expected_ms } = planned;
    const left_ms = total(left.slice(index)) * pace;
    const measurement = measurements - left.length + index + 1;
    tell({ event: 'measuring', measurement, expected_ms, left_ms, block, clients, stream, rate, repeat });
    const beganMs = performance.now();
    const records = await dealer.measure(planned);
    if (records === undefined) break;
    expectedMs += expected_ms;
    tookMs += performance.now() - beganMs;
    writer.write([...dealer.announced(), ...records]);
    measured++;
    for (const record of records) {
      if (record.record !== 'cell') continue;
      const { record: _, client_msgs_per_s: __, ...facts } = record;
      tell({ event: 'measured', ...facts });
    }
  }
  return measured;
}

function total(runs: readonly PlannedRun[]): number {
  return runs.reduce((sum, { expectedMs }) => sum + expectedMs, 0);
}

function headerOf(options: BenchOptions): RunHeader {
  return {
    record: 'run',
    format: 'tidemark.run.v1',
    started_at: new Date().toISOString(),
    tidemark: VERSION,
    commit: thisCommit(),
    title: options.title ?? null,
    tags: options.tags ?? {},
    command: options.command,
    machine: thisMachine(),
    settings: resolveSettings(options),
  };
}

/** A token, or a user and password, in the URL are used but kept nowhere. */
function withoutSecrets(options: BenchOptions): BenchOptions {
  if (options.url === undefined || !URL.canParse(options.url)) return options;
  const { target: address, userInfo } = takeUserInfo(options.url);
  const { target, accessToken: ofUrl } = takeAccessToken(address);
  // A plain server gets its token where it was given.
  const accessToken = options.accessToken ?? (options.plain ? undefined : ofUrl);
  return { ...options, url: target, userInfo, accessToken };
}

/** Reads what an earlier process measured. A run can be resumed only where new figures would mean the same. */
function readBefore(path: string): ReadRun {
  if (!existsSync(path)) throw new RunFileError(`${path} does not exist: there is nothing to go on with`);
  const before = readRunFile(path);
  const { machine, settings, tidemark } = before.header;
  // Of a bench with agents this machine measures nothing: theirs are looked at when they come.
  const differing = settings.agents === null ? differenceOf(machine) : undefined;
  if (differing !== undefined)
    throw new RunFileError(`${path} was measured on another machine: its ${differing}`);
  if (Number.isNaN(Date.parse(before.header.started_at)))
    throw new RunFileError(`${path} can't be gone on with: nobody knows when it began`);
  if (tidemark !== VERSION)
    throw new RunFileError(`${path} was measured by tidemark ${tidemark}, this is ${VERSION}`);
  for (const [index, name] of (settings.plain ? [] : settings.streams).entries()) {
    const { id } = openStream(name);
    if (id !== settings.stream_ids[index])
      throw new RunFileError(
        `${path} was measured with another ${name}: its id is ${settings.stream_ids[index]}, here it is ${id}`,
      );
  }
  return before;
}

/** If a measurement had another's place in the order, that other one would be skipped. */
function checkOrder({ measurements }: ReadRun, runs: readonly PlannedRun[], path: string): void {
  for (const { cell } of measurements) {
    const planned = runs[cell.run];
    const same = (['block', 'clients', 'stream', 'rate', 'repeat'] as const).every(
      (key) => planned?.[key] === cell[key],
    );
    if (!same)
      throw new RunFileError(
        `${path} can't be gone on with: its measurement ${cell.run} is another than its settings and seed say`,
      );
  }
}
