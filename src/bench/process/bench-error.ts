/** The bench can't go on: one of its own processes failed, or did not answer. */
export class BenchError extends Error {
  readonly code: 'bench_failed' | 'not_measured' | 'agent_lost' = 'bench_failed';
}

/** There was nothing to measure: the server was not there, let nobody in, or did not keep up even in the warm-up. */
export class NotMeasuredError extends BenchError {
  override readonly code = 'not_measured';
}

/** An agent ended, or gave no sign of life: the measurement that it had a part in is worth nothing. */
export class AgentLostError extends BenchError {
  override readonly code = 'agent_lost';
}
