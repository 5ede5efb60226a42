import { type ResponseForm, responseForms } from '../../carriage/http/response-form.ts';
import { systemHost } from '../../host/host.ts';
import { ACCESS_TOKEN_PARAMETER } from '../../session/access-token.ts';
import { CLOSE } from '../../session/close-codes.ts';
import { parseStreamRequest } from '../../session/stream-request.ts';
import { StreamError } from '../../stream/stream-error.ts';
import type { ApiCall } from '../api/api.ts';
import type { Audience } from '../api/routes.ts';
import type { StreamDefaults } from '../api/streams.ts';
import type { Rooms } from '../clients/rooms.ts';
import { memberOf, type Session, type Sessions } from '../clients/sessions.ts';
import { ACCESS_LIMITS } from '../options/access-limits.ts';
import type { ServeSettings } from '../options/serve-options.ts';
import { STREAM_HEADERS } from '../request/http-answer.ts';
import { Refusal } from '../request/refusal.ts';
import { type Request, SPEAK_PARAMETER } from '../request/request.ts';
import { AdminCheck } from './admin-check.ts';
import {
  EchoAdmission,
  noSuchSession,
  StreamAdmission,
  type StreamGuest,
  stopping,
  tryLater,
} from './admission.ts';
import type { Asked } from './asked.ts';
import { liveFault } from './live-start.ts';
import { OriginCheck } from './origin-check.ts';
import { inResponse } from './response-request.ts';
import { TokenCheck } from './token-check.ts';

/** The settings of who is let in, and the defaults of stream requests. */
interface DoorSettings extends Pick<ServeSettings, 'accessToken' | 'adminToken' | 'allowOrigins' | 'host'> {
  readonly defaults: StreamDefaults;
  /** The id of this member; empty if it shares its clients with nobody. */
  readonly member: string;
}

/** What becomes of a request: an admission, an answer, or a refusal. */
export type Outcome =
  | StreamGuest
  | EchoAdmission
  | { readonly kind: 'receipts'; readonly session: Session }
  /** Receipts for a session of another member. */
  | { readonly kind: 'receipts elsewhere'; readonly session: string; readonly member: string }
  | { readonly kind: 'api'; readonly call: ApiCall; readonly byAdmin: boolean }
  | { readonly kind: 'live'; readonly form: ResponseForm; readonly byAdmin: boolean }
  | Extract<Asked, { readonly kind: 'answer' | 'page' }>
  | Refusal;

const TOO_LONG = new Refusal({
  status: 414,
  sentence: `path and query may have ${ACCESS_LIMITS.targetCharacters} characters`,
});

/** What goes on for as long as the server does. */
const LASTING = ['echo', 'stream', 'live'] as const;

/** Decides who is let in. */
export class Door {
  readonly #origins: OriginCheck;
  readonly #tokens: TokenCheck;
  readonly #admins: AdminCheck;
  readonly #defaults: StreamDefaults;
  readonly #member: string;
  readonly #rooms: Rooms;
  readonly #sessions: Sessions;
  #closed = false;

  /** @throws UsageError for an invalid token or origin */
  constructor(settings: DoorSettings, rooms: Rooms, sessions: Sessions) {
    this.#origins = new OriginCheck(settings.allowOrigins, settings.host);
    this.#tokens = new TokenCheck(settings.accessToken);
    this.#admins = new AdminCheck(settings.adminToken);
    this.#defaults = settings.defaults;
    this.#member = settings.member;
    this.#rooms = rooms;
    this.#sessions = sessions;
  }

  /** The origin of the page that asks, if it may read the response. */
  readableBy(request: Request): string | undefined {
    return this.#origins.allowed(request);
  }

  /** Whether it has stopped admitting clients. */
  get closed(): boolean {
    return this.#closed;
  }

  /** Stops admitting clients, because the server stops. Other requests are still answered. */
  close(): void {
    this.#closed = true;
  }

  admit(request: Request, asked: Asked): Outcome {
    if (request.targetCharacters > ACCESS_LIMITS.targetCharacters) return TOO_LONG;
    const stranger = this.#strangerRefusal(request, asked);
    if (stranger !== undefined) return stranger;
    const misread = 'queryFault' in asked ? asked.queryFault : undefined;
    if (misread !== undefined) return new Refusal({ status: 400, sentence: misread });
    if (this.#closed && LASTING.some((kind) => kind === asked.kind)) return stopping();
    if (asked.kind === 'echo') return this.#admitToEcho(request);
    if (asked.kind === 'receipts') return this.#admitToSession(asked.session);
    if (asked.kind === 'stream') return this.#admitToStream(request, asked.target);
    if (asked.kind === 'live') return this.#admitToLive(request);
    if (asked.kind !== 'api') return asked;
    return { kind: 'api', call: asked.call, byAdmin: this.#admins.passes(request) };
  }

  /** Why a client is not let in, whatever it asks for. */
  #strangerRefusal(request: Request, asked: Asked): Refusal | undefined {
    const audience = request.upgrade ? 'client' : audienceOf(asked);
    if (audience === 'open') return undefined;
    const origin = this.#origins.fault(request);
    if (origin !== undefined) return new Refusal({ status: 403, sentence: origin, advice: 'allow_origins' });
    if (audience === 'admin') return this.#admins.refusal(request);
    if (this.#admins.passes(request)) return undefined;
    const token = this.#tokens.fault(request, request.accessToken);
    if (token === undefined) return undefined;
    const headers = { 'WWW-Authenticate': 'Bearer' };
    return new Refusal({ status: 401, headers, closeCode: CLOSE.unauthorised, sentence: token });
  }

  #admitToEcho(request: Request): EchoAdmission | Refusal {
    const full = this.#rooms.placeFault(request.address);
    return full === undefined ? new EchoAdmission(request, this.#rooms) : tryLater(full);
  }

  #admitToLive(request: Request): Outcome {
    const [form] = responseForms(true);
    if (request.method === 'HEAD') return headOnly(form);
    return { kind: 'live', form, byAdmin: this.#admins.passes(request) };
  }

  /** Whoever knows a session's id may report to it. */
  #admitToSession(id: string | undefined): Outcome {
    if (id === undefined) {
      const sentence = 'Tidemark-Session is missing, which the response of the stream has in its head';
      return new Refusal({ status: 400, sentence });
    }
    const session = this.#sessions.find(id);
    if (session !== undefined) return { kind: 'receipts', session };
    const member = memberOf(id);
    const isElsewhere = member !== '' && member !== this.#member;
    return isElsewhere ? { kind: 'receipts elsewhere', session: id, member } : noSuchSession();
  }

  #admitToStream(request: Request, target: string): Outcome {
    try {
      const streamRequest = parseStreamRequest(target, this.#defaults, takenBefore(request));
      const asked = request.upgrade
        ? { request: streamRequest, form: undefined }
        : inResponse(streamRequest, request);
      if ('kind' in asked) return asked;
      const farOff = liveFault(asked.request, systemHost.now().wallMs);
      if (farOff !== undefined) return tryLater(farOff);
      const admission = new StreamAdmission(asked.request, request.address, this.#rooms);
      if (admission.refusal !== undefined) return admission.refusal;
      if (request.method === 'HEAD') return headOnly(asked.form);
      const { speaksTidemark, remote, headers } = request;
      const cameBefore = asked.request.token !== undefined || headers['last-event-id'] !== undefined;
      const resumes = cameBefore && (asked.request.from ?? 0) > 0;
      return { kind: 'stream', ...asked, plain: !speaksTidemark, remote, resumes, admission };
    } catch (error) {
      if (!(error instanceof StreamError)) throw error;
      const unknown = error.code === 'unknown_stream';
      const status = unknown ? 404 : 400;
      const closeCode = unknown ? CLOSE.noSuchStream : CLOSE.badParameters;
      return new Refusal({ status, closeCode, sentence: error.message });
    }
  }
}

/** Who may ask for it. The greeting and plain errors are for anybody. */
function audienceOf(asked: Asked): Audience {
  return 'audience' in asked ? asked.audience : 'open';
}

/** Answers a HEAD, which takes neither place nor name. */
function headOnly(form: ResponseForm | undefined): Outcome {
  const body = { type: form?.mediaTypes[0] ?? '', text: undefined };
  return { kind: 'answer', answer: { status: 200, headers: STREAM_HEADERS, sentence: '', body } };
}

/** The parameters that were taken out of a target before it is parsed. */
function takenBefore({ upgrade }: Request): readonly string[] {
  return upgrade ? [ACCESS_TOKEN_PARAMETER] : [ACCESS_TOKEN_PARAMETER, SPEAK_PARAMETER];
}
