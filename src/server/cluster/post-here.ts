import type { Answer } from '../../session/conversation/post.ts';
import type { Sessions } from '../clients/sessions.ts';
import type { PostOutcome, PostQuestion } from './question.ts';

/** Hands what another member passed on to the session that it was posted to, and waits for what comes of it. */
export function postHere(sessions: Sessions, { session: id, posted }: PostQuestion): Promise<PostOutcome> {
  const session = sessions.find(id);
  if (session === undefined) return Promise.resolve({ became: 'unknown' });
  if (!session.over && receiptsIn(posted) > session.room) {
    return Promise.resolve({ became: 'refused', room: session.room });
  }
  const answers: Answer[] = [];
  return new Promise((resolve) => {
    session.post(posted, {
      answer: (answer) => answers.push(answer),
      answered: () => resolve({ became: 'answered', answers }),
      dropped: (reason) => resolve({ became: 'dropped', reason }),
    });
  });
}

/** A text counts as one. */
export function receiptsIn(posted: PostQuestion['posted']): number {
  return typeof posted === 'string' ? 1 : posted.filter(({ type }) => type === 'receipt').length;
}
