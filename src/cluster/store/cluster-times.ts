/** How long things take among members; docs/cluster.md says what follows from each. */
export interface ClusterTimes {
  /** How often a member shows that it is there. */
  readonly beatMs: number;
  /** How many beats it may be silent before another may call it dead. */
  readonly silentBeats: number;
  /** How long a member is waited for that is asked. */
  readonly answerMs: number;
  /** In how long each held name is looked up once. */
  readonly auditMs: number;
  /** In how many beats the list of members is read once. */
  readonly listBeats: number;
}

export const CLUSTER_TIMES: ClusterTimes = {
  beatMs: 2000,
  silentBeats: 3,
  answerMs: 1000,
  auditMs: 600_000,
  listBeats: 15,
};
