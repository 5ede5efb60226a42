/** Checks what the counting client counted against what `tidemark gen` says the messages are. */
import { outputOf, TIDEMARK } from './processes.mjs';

async function messageOf(stream, seq) {
  const args = [TIDEMARK, 'gen', stream, '--from', String(seq), '--count', '1'];
  return (await outputOf(process.execPath, args)).trimEnd();
}

function seqOf(message) {
  const seq = /^\{"seq":(\d+),/.exec(message)?.[1];
  if (seq === undefined) throw new Error(`a message without a seq: ${message.slice(0, 80)}`);
  return Number(seq);
}

/** On every connection the count fits the seqs; on the first one the bytes of both ends are gen's, too. */
export async function checkOurs(stream, connections) {
  for (const { first, last, count } of connections) {
    const expected = seqOf(last) - seqOf(first) + 1;
    if (count !== expected) {
      throw new Error(
        `${count} messages were counted from seq ${seqOf(first)} to ${seqOf(last)}, not ${expected}`,
      );
    }
  }
  const [{ first, last }] = connections;
  for (const message of [first, last]) {
    const bytes = Buffer.from(message, 'latin1').toString('utf8');
    if (bytes !== (await messageOf(stream, seqOf(message)))) {
      throw new Error(`not gen's bytes at seq ${seqOf(message)}: ${bytes.slice(0, 80)}`);
    }
  }
}

/** What a peer sent are records, each whole: its own framing before and after is left away by `unwrap`. */
export function checkPeer(connections, unwrap = (message) => message) {
  for (const { first, last } of connections) {
    for (const message of [first, last]) {
      const record = JSON.parse(unwrap(message));
      if (typeof record.seq !== 'number' || typeof record.address?.city !== 'string') {
        throw new Error(`not a record: ${message.slice(0, 80)}`);
      }
    }
  }
}
