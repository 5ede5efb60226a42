import { describe, expect, test } from 'vitest';
import { crc32Hex, digestMessage, openStream } from '../../src/index.ts';
import { outcome, PROGRAM, Process, PYTHON } from './processes.ts';

function shell(script: string): Process {
  return new Process('bash', [
    '-c',
    `set -o pipefail; tidemark() { "${process.execPath}" "${PROGRAM}" "$@"; }; ${script}`,
  ]);
}

describe('tidemark gen', () => {
  test('a reader that has enough ends it cleanly', async () => {
    const { code, stdout, stderr } = await outcome(shell('tidemark gen users | head -n 3'));
    expect([code, stderr, stdout.split('\n').length]).toEqual([0, '', 3]);
  });

  test('is checked with public tools: the CRC-32 of gzip is the one in a receipt', async () => {
    const script = 'tidemark gen users?seed=7 --count 5 | gzip | tail -c 8 | head -c 4 | od -An -tx4';
    const { stdout } = await outcome(shell(script));
    const stream = openStream('users?seed=7');
    let digest = 0;
    for (let seq = 0; seq < 5; seq++) digest = digestMessage(stream.message(seq), true, digest);
    expect(stdout.trim()).toBe(crc32Hex(digest));
  });

  test('npy messages are whole files that numpy reads one after the other', async () => {
    const read = 'import numpy, sys; f = sys.stdin.buffer; print([numpy.load(f).shape for _ in range(3)])';
    const script = `tidemark gen 'arrays?encoding=npy&shape=2,3' --count 3 > "$0" && ${PYTHON} -c '${read}' < "$0"`;
    const { stdout } = await outcome(
      shell(`f=$(mktemp); trap 'rm -f "$f"' EXIT; ${script.replaceAll('$0', '$f')}`),
    );
    expect(stdout).toBe('[(2, 3), (2, 3), (2, 3)]');
  });
});
