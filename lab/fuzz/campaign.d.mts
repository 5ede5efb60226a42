/** What is fuzzed: see campaign.mjs. */
export interface Target {
  readonly name: string;
  readonly corpus: readonly Buffer[];
  readonly words: readonly string[];
  readonly run: (bytes: Buffer) => string | Promise<string>;
  readonly atOnce?: number;
  readonly close?: () => void;
}

export class Finding extends Error {
  readonly input: Buffer;
}

export function runOne(target: Target, input: Buffer): Promise<string>;

export function runCampaign(
  target: Target,
  options: { inputs?: number; seconds?: number; seed: number; before?: (input: Buffer) => void },
): Promise<{ inputs: number; outcomes: number; seconds: number }>;
