/** Tidemark's client as its library gives it, run after run; every run has its verdict. */
import { answerQuestions } from '../questions.mjs';
import { connect } from '../tidemark.mjs';

/** @param {{ url: string, count: number, block: number, plain: boolean, number: number }} run */
async function take({ url, count, block, plain, number }) {
  // A name of its own for each run: the server may not have seen yet that the one before is gone.
  const run = connect(url, { client: `bench-${process.pid}-${number}`, count, block, plain }).start();
  return await run.closed;
}

let number = 0;

/** Runs of `count` messages until they have taken `measureMs` together. */
answerQuestions(async ({ url, count, block, plain = false, measureMs }) => {
  let elapsedMs = 0;
  let messages = 0;
  while (elapsedMs < measureMs) {
    const verdict = await take({ url, count, block, plain, number: number++ });
    if (verdict.verdict !== (plain ? 'unproved' : 'proved') || verdict.messages !== count) {
      throw new Error(`the client is ${verdict.verdict}: ${JSON.stringify(verdict)}`);
    }
    elapsedMs += verdict.durationMs;
    messages += verdict.messages;
  }
  return (messages * 1000) / elapsedMs;
});
