import type { Analysis } from '../../analysis/run/analysis.ts';
import type { BenchEvent } from '../../bench/bench-event.ts';
import { grouped, plural } from '../../wording/figures.ts';
import { printable } from '../../wording/printable.ts';
import { colours } from '../output/colours.ts';
import { Output } from '../output/output.ts';
import { durationText, rateText, roughDurationText } from '../output/wording.ts';
import { ownName } from '../own-name.ts';
import type { BenchOutcome } from './bench-outcome.ts';

/** Shows what a bench does: a line for each measurement, and on a terminal its progress and the time left. */
export class BenchConsole {
  /** Whether a progress line is drawn. */
  readonly live: boolean = process.stderr.isTTY === true;
  readonly output: Output;
  /** The run file, until its path has been shown. */
  #out: string | undefined;

  constructor(json: boolean) {
    this.output = new Output({ json });
  }

  stopping(): void {
    this.#erase();
    this.output.text(colours.dim('ends here: what is measured is kept'));
  }

  event(event: BenchEvent): void {
    this.output.event(event, Date.now());
    switch (event.event) {
      case 'start':
        this.#out = event.out;
        return this.#lines(startLines(event));
      case 'measuring': {
        const { measurement, clients, block, rate, left_ms } = event;
        const what = `${plural(clients, 'client')}, block ${grouped(block)}, ${rateText(rate)}`;
        return this.#draw(`  ${grouped(measurement)}: ${what} … ${durationText(left_ms)} left`);
      }
      case 'measured':
        return this.#lines([...this.#outLines(), measuredLine(event)]);
      case 'agents':
        return this.#lines(event.agents.map(agentLine));
      case 'lost':
        return this.#lines([
          `${colours.yellow('LOST')} agent ${event.agent}: ${printable(event.reason)}; ${event.left === 0 ? 'none is left' : `the measurement is dealt again to ${event.left === 1 ? 'the one that is' : `the ${grouped(event.left)} that are`} left`}`,
        ]);
      case 'end':
        return;
    }
  }

  /** Nothing could be measured, or no more. @param out the file, if it holds anything */
  notMeasured(out: string | undefined): void {
    this.#lines(
      out === undefined ? [] : [colours.dim(`tidemark bench --resume ${printable(out)} goes on with it`)],
    );
  }

  /** The last lines: the result. */
  summary(analysis: Analysis, crossed: readonly string[], { word, text }: BenchOutcome, out: string): void {
    this.#lines([
      '',
      ...analysis.answer.map(printable),
      ...crossed.map((line) => `${colours.red('CROSSED')} ${printable(line)}`),
      colours.dim(
        analysis.complete
          ? `${ownName()} report ${out} makes a page of it; --format text, md, csv or json say more here`
          : `${ownName()} bench --resume ${out} goes on with it`,
      ),
      `${OUTCOME_COLOURS[word](colours.bold(word))} ${text}`,
    ]);
  }

  /** Shows the path once the file holds figures; without any, no file is left. */
  #outLines(): string[] {
    const out = this.#out;
    this.#out = undefined;
    return out === undefined ? [] : [colours.dim(`raw figures go to ${printable(out)}`)];
  }

  #lines(lines: readonly string[]): void {
    this.#erase();
    for (const line of lines) this.output.text(line);
  }

  #draw(line: string): void {
    if (this.live) process.stderr.write(`\r\u001b[2K${colours.dim(line)}`);
  }

  #erase(): void {
    if (this.live) process.stderr.write('\r\u001b[2K');
  }
}

const OUTCOME_COLOURS: Readonly<Record<BenchOutcome['word'], (text: string) => string>> = {
  INTERRUPTED: colours.yellow,
  FAILED: colours.red,
  INVALID: colours.yellow,
  CROSSED: colours.red,
  'NOT PROVED': colours.yellow,
  PROVED: colours.green,
};

function agentLine({ agent, machine, processes }: AgentTaken): string {
  return colours.dim(
    `agent ${agent}: ${plural(processes, 'process')} on ${plural(machine.cores, 'core')} of ${printable(machine.cpu)}`,
  );
}

type AgentTaken = (BenchEvent & { readonly event: 'agents' })['agents'][number];

function startLines(event: BenchEvent & { readonly event: 'start' }): string[] {
  const { settings, measurements, done, expected_ms } = event;
  const { url, plain, blocks, clients, streams, rates, repeat, duration_ms, count, omit, seed } = settings;
  const pace = plain ? 'as the server sends it' : `at ${rates.map(rateText).join(', ')}`;
  const length =
    duration_ms === null ? `${plural(count ?? 0, 'message')} a client` : durationText(duration_ms);
  const waits =
    settings.agents === null || done === measurements
      ? []
      : [`waits for ${plural(settings.agents, 'agent')}`];
  return [
    `measures ${printable(url ?? 'a server of its own')}: blocks ${blocks.map(grouped).join(', ')} × clients ${clients.map(grouped).join(', ')}`,
    colours.dim(
      `${printable(streams.join(', '))} ${pace}; ${length} each, ${repeat === 1 ? 'once' : `${grouped(repeat)} times`}, warm-up ${plural(omit, 'block')}, order by seed ${seed}`,
    ),
    colours.dim(
      `${plural(measurements - done, 'measurement')}${done > 0 ? ` (${grouped(done)} ${done === 1 ? 'is' : 'are'} there)` : ''}, ${roughDurationText(expected_ms)}`,
    ),
    ...waits.map(colours.dim),
  ];
}

function measuredLine(event: BenchEvent & { readonly event: 'measured' }): string {
  const { block, clients, rate, repeat, msgs_per_s, measured_blocks, proved, provable, valid, reasons } =
    event;
  const word = !proved
    ? (provable ? colours.red : colours.yellow)('NOT PROVED')
    : valid
      ? colours.green('proved')
      : colours.yellow('INVALID');
  const cells = [
    `block ${grouped(block)}`.padEnd(12),
    plural(clients, 'client').padEnd(12),
    rateText(rate).padEnd(11),
    `repeat ${grouped(repeat)}`.padEnd(10),
    `${grouped(Math.round(msgs_per_s))} msg/s`.padStart(17),
    plural(measured_blocks, 'block').padStart(17),
  ];
  const why = reasons.length === 0 ? '' : `: ${printable(reasons.join('; '))}`;
  return `${cells.join(' ')}  ${word}${why}`;
}
