/** The block log can't be used: it exists, does not, is damaged, or can't be written. The message says which. */
export class LogError extends Error {
  readonly code = 'log';

  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'LogError';
  }
}
