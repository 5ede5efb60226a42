/**
 * Since when each member has been silent, by the clock of who looks: its revision is what tells whether it has moved, so no two clocks
 * are ever compared. A silence counts only while who looks reaches the store himself: when the store was away, nobody moved.
 */
export class Sightings {
  readonly #seen = new Map<string, { revision: number; sinceMs: number; moved: boolean }>();
  #reachedSinceMs: number | undefined;

  /** The store has been written to. */
  reached(nowMs: number): void {
    this.#reachedSinceMs ??= nowMs;
  }

  /** The store gave no answer. */
  lost(): void {
    this.#reachedSinceMs = undefined;
  }

  /** Notes what revision a member has. One that is older than the last was read late, and says nothing. */
  see(member: string, revision: number, nowMs: number): void {
    const last = this.#seen.get(member);
    if (last !== undefined && revision <= last.revision) return;
    this.#seen.set(member, { revision, sinceMs: nowMs, moved: last !== undefined });
  }

  /** Whether it was seen to move since a moment. */
  hasMoved(member: string, sinceMs: number): boolean {
    const last = this.#seen.get(member);
    return last?.moved === true && last.sinceMs >= sinceMs;
  }

  /** For how long it has not moved, as far as that counts. */
  silentMs(member: string, nowMs: number): number {
    const last = this.#seen.get(member);
    if (last === undefined || this.#reachedSinceMs === undefined) return 0;
    return nowMs - Math.max(last.sinceMs, this.#reachedSinceMs);
  }

  forget(member: string): void {
    this.#seen.delete(member);
  }
}
