/**
 * Which seq a message has that claims another one than is due: the one it claims, or the due one, which damage made it claim. What
 * comes behind it tells.
 *
 * A seq that jumps ahead because some were lost is followed by a higher one; one that came too early or comes again, by the one that is
 * due. One that was hit in a digit is followed by the successor of the one that was due: if it were believed, all seqs up to it would count
 * as lost, and a client that resumes would never ask for them.
 *
 * @param following the seq that the message behind it claims. @default the successor of the due one, if it claims none
 */
export function likelierPlace(due: number, claimed: number, following: number = due + 1): number {
  const dueComesYet = following <= due;
  const followsClaimed = claimed > due && following > claimed;
  return dueComesYet || followsClaimed ? claimed : due;
}
