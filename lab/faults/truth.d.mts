export interface LoggedBlock {
  readonly block: number;
  readonly from: number;
  readonly to: number;
  readonly crc32: string;
  readonly partial: boolean;
  readonly messages: readonly { readonly seq: number; readonly data: string }[];
}

export function blocksOf(text: string): LoggedBlock[];

export function compareLog(
  blocks: readonly LoggedBlock[],
  expected: readonly string[],
): { lost: number; repeated: number; faults: string[] };

export function endFaults(end: object | undefined, count: number): string[];

export function missingReceipts<T extends Pick<LoggedBlock, 'block' | 'from' | 'to' | 'crc32'>>(
  receipts: readonly T[],
  blocks: readonly LoggedBlock[],
): T[];
