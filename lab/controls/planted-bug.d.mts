/** See planted-bug.mjs. */
export interface PlantedBug {
  readonly floor: string;
  readonly name: string;
  readonly harm: string;
  readonly file: string;
  readonly find: string;
  readonly replace: string;
  readonly test: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly build?: boolean;
}

export function plantedBugs(): Promise<PlantedBug[]>;
export function plant(bug: Pick<PlantedBug, 'name' | 'file' | 'find' | 'replace'>, source: string): string;
