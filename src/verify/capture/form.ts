/** A capture in a form that isn't read, and in a clause what to do about it. */
export interface UnreadableForm {
  readonly what: string;
  readonly remedy: string;
}

/** How messages stand in a capture: one a line, as lines of a block log do too; or with nothing in between. */
export type CaptureFraming = 'lines' | 'concatenated';

/** A capture whose form is not read: nothing can be said of its messages. */
export class CaptureError extends Error {
  readonly code = 'unreadable_capture';
  readonly form: UnreadableForm;

  constructor(form: UnreadableForm, name = 'the capture') {
    super(`${name} is ${form.what}, not messages one a line (NDJSON): ${form.remedy}`);
    this.name = 'CaptureError';
    this.form = form;
  }
}
