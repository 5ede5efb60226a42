import type { Target } from './campaign.mjs';

export const TARGET_NAMES: readonly string[];

export function openTarget(name: string): Promise<Target>;
