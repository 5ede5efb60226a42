/** A run file can't be used; the message says what is wrong, and where. */
export class RunFileError extends Error {
  readonly code = 'run_file';
}
