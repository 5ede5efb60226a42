import { type Advice, AdvisedError } from '../../wording/advice.ts';
import { redacted } from '../../wording/secrets.ts';

/** NATS can't be used as it was asked to be; the message says what is the matter, and with which server. */
export class NatsFailure extends AdvisedError {
  readonly code = 'nats';
  /** Whether another attempt would meet the same again. */
  readonly lasting: boolean;

  constructor(
    message: string,
    { lasting, ...options }: { lasting: boolean; cause?: unknown; advice?: Advice | undefined },
  ) {
    super(message, options);
    this.name = 'NatsFailure';
    this.lasting = lasting;
  }
}

/** What of an error of NATS, of its packages, or of the system is looked at. */
interface Faulty extends Error {
  readonly code?: string | number;
}

/**
 * Says in a sentence why there is no connection.
 *
 * @param servers those that were tried
 * @param secrets what the user told them in secret
 */
export function failureToConnect(
  error: unknown,
  servers: readonly string[],
  secrets: readonly string[],
): NatsFailure {
  const { name, message, code, cause } = error as Faulty;
  const where = servers.join(', ');
  const system = String(code ?? (cause as Faulty | undefined)?.code ?? '');
  const failure = (sentence: string, lasting = false) =>
    new NatsFailure(redacted(sentence, secrets), { lasting, cause: error });
  if (name === 'AuthorizationError' || name === 'UserAuthenticationExpiredError')
    return failure(`NATS at ${where} lets this user not in (${message}): give the right credentials`, true);
  if (system === 'ENOTFOUND') return failure(`there is no host of NATS at ${where}`, true);
  if (system === 'ECONNREFUSED' || message === 'connection refused')
    return failure(`no NATS server listens at ${where}`);
  if (name === 'TimeoutError' || message === 'unexpected response from server')
    return failure(`what listens at ${where} does not greet as NATS does`);
  if (/certificate|CERT/i.test(`${system} ${message}`))
    return failure(`the TLS certificate at ${where} is not trusted: ${message}`, true);
  if (/tls/i.test(message)) return failure(`NATS at ${where} and TLS: ${message}`, true);
  return failure(`no connection to NATS at ${where}: ${message === '' ? 'it was closed' : message}`);
}

/**
 * Says in a sentence why JetStream did not do what it was asked to.
 *
 * @param what it was asked to do, as in "look for the stream of feed.users"
 */
export function failureOfJetStream(error: unknown, what: string): NatsFailure {
  if (error instanceof NatsFailure) return error;
  const { name, message } = error as Faulty;
  const failure = (sentence: string, lasting: boolean) =>
    new NatsFailure(sentence, { lasting, cause: error });
  if (name === 'JetStreamNotEnabled')
    return failure(
      'NATS answers without JetStream: it is off (nats-server -js), has no leader, or is not for this user',
      false,
    );
  if (name === 'PermissionViolationError')
    return failure(`this user of NATS may not ${what}: ${message}`, true);
  if (name === 'TimeoutError') return failure(`NATS did not ${what} in time`, false);
  return failure(`NATS can't ${what}: ${message}`, false);
}
