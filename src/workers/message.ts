import type { RoomFault, RoomRequest } from '../server/clients/rooms.ts';
import type { Answered, Member, Reach } from '../server/cluster/cluster.ts';
import type { AnswerTo, Question } from '../server/cluster/question.ts';
import type { ServeOptions } from '../server/options/serve-options.ts';
import type { ServerEvent } from '../server/options/server-event.ts';
import type { TlsPair } from '../server/options/tls-pair.ts';

/** What a worker serves by. */
export interface WorkerTask {
  readonly member: Member;
  readonly options: Omit<ServeOptions, 'onEvent' | 'workers'>;
  /** The address that the primary listens on. */
  readonly url: string;
  /** Whether nothing that clients send is taken in. */
  readonly held: boolean;
}

/** What the primary tells a worker. A room or a question is meant by the id that whoever asked gave it. */
export type ToWorker =
  | { readonly type: 'start'; readonly task: WorkerTask }
  | { readonly type: 'hold'; readonly held: boolean }
  | { readonly type: 'tls'; readonly pair: TlsPair }
  | { readonly type: 'close' }
  | { readonly type: 'granted'; readonly room: number; readonly name: string }
  | { readonly type: 'refused'; readonly room: number; readonly fault: RoomFault }
  /** Another connection wants the name: show that yours, which asked for it, is there. */
  | { readonly type: 'prove'; readonly room: number }
  | { readonly type: 'give way'; readonly room: number }
  /** The name is another's now, or nobody can tell whose it is. */
  | { readonly type: 'superseded' | 'revoked'; readonly room: number }
  | { readonly type: 'question'; readonly id: number; readonly question: Question }
  | {
      readonly type: 'answers';
      readonly id: number;
      readonly answers: readonly Answered<Question>[];
      readonly missing: readonly string[];
    };

/** What a worker tells the primary. */
export type ToPrimary =
  | { readonly type: 'ready' }
  | { readonly type: 'failed'; readonly reason: string }
  | { readonly type: 'stopped' }
  | { readonly type: 'event'; readonly event: ServerEvent }
  /** A socket has arrived, or has closed. */
  | { readonly type: 'took' }
  | { readonly type: 'lost' }
  | { readonly type: 'claim'; readonly room: number; readonly request: RoomRequest }
  /** Asks for a place without a name. */
  | { readonly type: 'place'; readonly room: number; readonly address: string | undefined }
  | { readonly type: 'proved'; readonly room: number; readonly alive: boolean }
  /** Anybody may have the name from now on. */
  | { readonly type: 'yield'; readonly room: number }
  | { readonly type: 'release'; readonly room: number }
  | { readonly type: 'answer'; readonly id: number; readonly answer: AnswerTo<Question> }
  | {
      readonly type: 'ask';
      readonly id: number;
      readonly question: Question;
      /** Which others, or the id of one. */
      readonly of: { readonly reach: Reach } | { readonly member: string };
    };
