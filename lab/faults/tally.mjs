/** What a campaign found, counted as it goes. */
const SHOWN_FAULTS = 5;

/** What has come to harm, in messages. @typedef {{ lost?: number, repeated?: number, [rest: string]: unknown }} Harm */

export class Tally {
  runs = 0;
  survived = 0;
  lost = 0;
  repeated = 0;
  /** @type {string[]} */
  faults = [];
  /** @type {string[]} */
  notes = [];

  /** Says each tenth of a long campaign, which prints nothing else until it is over. @param {number} done @param {number} runs */
  progress(done, runs) {
    if (runs < 20 || done === 0) return;
    if (Math.floor((done * 10) / runs) > Math.floor(((done - 1) * 10) / runs))
      console.error(`    ${done}/${runs}`);
  }

  /** One run, with sentences for what was wrong in it. @param {readonly string[]} faults @param {Harm} [harm] */
  run(faults, harm) {
    this.#count(1, faults.length === 0 ? 1 : 0, faults, harm);
  }

  /**
   * Many runs that are judged together: each fault counts as a run that was not survived.
   *
   * @param {number} runs
   * @param {readonly string[]} faults
   * @param {Harm} [harm]
   */
  together(runs, faults, harm) {
    this.#count(runs, Math.max(0, runs - faults.length), faults, harm);
  }

  /** @param {string} sentence */
  note(sentence) {
    this.notes.push(sentence);
  }

  /** @param {number} runs @param {number} survived @param {readonly string[]} faults @param {Harm} [harm] */
  #count(runs, survived, faults, { lost = 0, repeated = 0 } = {}) {
    this.runs += runs;
    this.survived += survived;
    this.lost += lost;
    this.repeated += repeated;
    this.faults = [...this.faults, ...faults].slice(0, SHOWN_FAULTS);
  }
}
