/**
 * The parameters with which a curve misses its points least, by the sum of squares, with a lower bound for each.
 *
 * Theory: K. Levenberg (1944) and D. W. Marquardt, "An Algorithm for Least-Squares Estimation of Nonlinear
 * Parameters" (1963): between a step of Gauss and Newton and one down the steepest slope, by a damping that falls
 * while steps succeed. A parameter that stands at its bound and would leave it stays there for the step; steps are
 * cut at the bounds.
 */

/** A curve to fit: how far it misses each point, and how that changes with each parameter. */
export interface Problem {
  /** Fills in the residuals and, row after row, their derivatives by each parameter. */
  evaluate(parameters: readonly number[], residuals: Float64Array, derivatives: Float64Array): void;
  readonly count: number;
  readonly lowest: readonly number[];
}

const MAXIMUM_STEPS = 500;

/** The best parameters near the start; undefined if the steps do not converge. */
export function leastSquares(problem: Problem, start: readonly number[]): number[] | undefined {
  const size = start.length;
  const residuals = new Float64Array(problem.count);
  const derivatives = new Float64Array(problem.count * size);
  let parameters = start.map((value, index) => Math.max(value, problem.lowest[index] ?? value));
  problem.evaluate(parameters, residuals, derivatives);
  let squares = sumOfSquares(residuals);
  let damping = 1e-3;
  for (let step = 0; step < MAXIMUM_STEPS; step++) {
    const { slope, normal } = normalEquations(residuals, derivatives, size);
    const isHeld = parameters.map(
      (value, index) => value <= (problem.lowest[index] ?? -1) && (slope[index] ?? 0) > 0,
    );
    let isBetter = false;
    while (!isBetter) {
      const move = solveDamped(normal, slope, isHeld, damping);
      const tried = parameters.map((value, index) =>
        Math.max(value - (move[index] ?? 0), problem.lowest[index] ?? -Infinity),
      );
      const change = Math.max(
        ...tried.map(
          (value, index) => Math.abs(value - (parameters[index] ?? 0)) / (Math.abs(value) + 1e-12),
        ),
      );
      if (!Number.isFinite(change)) return;
      if (change < 1e-13) return parameters;
      problem.evaluate(tried, residuals, derivatives);
      const triedSquares = sumOfSquares(residuals);
      isBetter = triedSquares < squares;
      if (isBetter) {
        parameters = tried;
        squares = triedSquares;
        damping = Math.max(damping / 10, 1e-12);
      } else {
        if (damping > 1e12) return parameters;
        damping *= 10;
      }
    }
  }
  return;
}

function sumOfSquares(residuals: Float64Array): number {
  let sum = 0;
  for (const residual of residuals) sum += residual * residual;
  return sum;
}

function normalEquations(
  residuals: Float64Array,
  derivatives: Float64Array,
  size: number,
): { slope: number[]; normal: number[][] } {
  const slope = new Array<number>(size).fill(0);
  const normal = slope.map(() => new Array<number>(size).fill(0));
  for (const [row, residual] of residuals.entries()) {
    for (let i = 0; i < size; i++) {
      const derivative = derivatives[row * size + i] ?? 0;
      slope[i] = (slope[i] ?? 0) + derivative * residual;
      for (let j = 0; j < size; j++) {
        const line = normal[i] ?? [];
        line[j] = (line[j] ?? 0) + derivative * (derivatives[row * size + j] ?? 0);
      }
    }
  }
  return { slope, normal };
}

/** Solves (N + damping diag N) move = slope for the free parameters, by elimination with pivots. */
function solveDamped(
  normal: readonly (readonly number[])[],
  slope: readonly number[],
  isHeld: readonly boolean[],
  damping: number,
): number[] {
  const size = slope.length;
  const rows = normal.map((line, i) => {
    if (isHeld[i]) return [...line.map((_, j) => (i === j ? 1 : 0)), 0];
    const damped = line.map((value, j) => (isHeld[j] ? 0 : i === j ? value * (1 + damping) + 1e-300 : value));
    return [...damped, slope[i] ?? 0];
  });
  for (let column = 0; column < size; column++) {
    let pivot = column;
    for (let row = column + 1; row < size; row++) {
      if (Math.abs(rows[row]?.[column] ?? 0) > Math.abs(rows[pivot]?.[column] ?? 0)) pivot = row;
    }
    const chosen = rows[pivot] ?? [];
    rows[pivot] = rows[column] ?? [];
    rows[column] = chosen;
    for (const [row, line] of rows.entries()) {
      if (row === column) continue;
      const factor = (line[column] ?? 0) / (chosen[column] ?? 1);
      for (let at = column; at <= size; at++) line[at] = (line[at] ?? 0) - factor * (chosen[at] ?? 0);
    }
  }
  return rows.map((line, index) => (line[size] ?? 0) / (line[index] ?? 1));
}
