import { crc32Append, digestSize } from '../../stream/digest.ts';
import type { Receipt } from '../messages.ts';

/** What a receipt says that came, or several whose ranges join. */
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
 * A claim and the one of a receipt that begins where it ends. The CRC-32 that both make is right if each is, and else
 * wrong, as surely as a CRC-32 finds any error: it is that of the whole range as the client says that it came.
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
