import { AdvisedError } from '../../wording/advice.ts';

/** The block log can't be used: it exists, does not, is damaged, or can't be written. The message says which. */
export class LogError extends AdvisedError {
  override readonly name = 'LogError';
  readonly code = 'log';
}
