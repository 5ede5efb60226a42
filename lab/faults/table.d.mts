export interface CampaignResult {
  readonly name: string;
  readonly runs: number;
  readonly survived: number;
  readonly lost: number;
  readonly repeated: number;
  readonly elapsedMs: number;
  readonly notes: readonly string[];
  readonly faults: readonly string[];
}

export function bound(result: Pick<CampaignResult, 'runs' | 'survived'>): string;

export function passed(result: Pick<CampaignResult, 'runs' | 'survived' | 'faults'>): boolean;
