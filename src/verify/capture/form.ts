import { type Advice, AdvisedError } from '../../wording/advice.ts';

/** A form of capture that is not read, and a clause that says what to do about it. */
export interface UnreadableForm {
  readonly what: string;
  readonly remedy: string;
  /** What else helps, by the option that does it. */
  readonly advice?: Advice;
}

/** How messages are separated: one a line, as in a block log too; or not at all. */
export type CaptureFraming = 'lines' | 'concatenated';

/** A capture in a form that is not read: nothing can be said about its messages. */
export class CaptureError extends AdvisedError {
  readonly code = 'unreadable_capture';
  readonly form: UnreadableForm;

  constructor(form: UnreadableForm, name = 'the capture') {
    super(`${name} is ${form.what}, not messages one a line (NDJSON): ${form.remedy}`, {
      advice: form.advice,
    });
    this.name = 'CaptureError';
    this.form = form;
  }
}
