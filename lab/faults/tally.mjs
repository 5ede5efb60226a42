/** What a campaign found, counted as it goes. */
const SHOWN_FAULTS = 5;

export class Tally {
  runs = 0;
  survived = 0;
  lost = 0;
  repeated = 0;
  faults = [];
  notes = [];

  /** Says each tenth of a long campaign, which prints nothing else until it is over. */
  progress(done, runs) {
    if (runs < 20 || done === 0) return;
    if (Math.floor((done * 10) / runs) > Math.floor(((done - 1) * 10) / runs))
      console.error(`    ${done}/${runs}`);
  }

  /** One run, with sentences for what was wrong in it. */
  run(faults, { lost = 0, repeated = 0 } = {}) {
    this.runs++;
    if (faults.length === 0) this.survived++;
    this.lost += lost;
    this.repeated += repeated;
    this.#keep(faults);
  }

  /** Many runs that are judged together: each fault counts as a run that was not survived. */
  together(runs, faults, { lost = 0, repeated = 0 } = {}) {
    this.runs += runs;
    this.survived += Math.max(0, runs - faults.length);
    this.lost += lost;
    this.repeated += repeated;
    this.#keep(faults);
  }

  note(sentence) {
    this.notes.push(sentence);
  }

  #keep(faults) {
    for (const fault of faults) if (this.faults.length < SHOWN_FAULTS) this.faults.push(fault);
  }
}
