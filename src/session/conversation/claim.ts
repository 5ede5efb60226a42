import { crc32Append, digestSize } from '../../stream/digest.ts';
import type { Receipt } from '../messages.ts';

/** What a receipt claims to have received, or several with adjoining ranges. */
export interface Claim {
  readonly receipts: number;
  readonly from: number;
  readonly to: number;
  readonly bytes: number;
  readonly crc32: number;
}

export function claimOf({ from, to, bytes, crc32 }: Receipt): Claim {
  return { receipts: 1, from, to, bytes, crc32: Number.parseInt(crc32, 16) };
}

/**
 * Joins a claim with that of the next receipt. The joint CRC-32 is right if both are, and otherwise wrong, as surely as
 * a CRC-32 finds any error: it is that of the whole range as the client says it came.
 *
 * @param text whether the messages are digested as text
 */
export function joinedClaim(claim: Claim, receipt: Receipt, text: boolean): Claim {
  const next = claimOf(receipt);
  return {
    receipts: claim.receipts + 1,
    from: claim.from,
    to: next.to,
    bytes: claim.bytes + next.bytes,
    crc32: crc32Append(claim.crc32, 0, next.crc32, digestSize(next.bytes, receipt.count, text)),
  };
}
