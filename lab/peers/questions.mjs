/** The other end of `Child.ask`: answers over IPC, one at a time, and ends with the process that asks. */
export function answerQuestions(answer) {
  process.on('message', async (question) => {
    try {
      process.send({ answer: await answer(question) });
    } catch (error) {
      process.send({ error: error instanceof Error ? error.message : String(error) });
    }
  });
  endWithParent();
  process.send({ ready: true });
}

export function endWithParent() {
  process.on('disconnect', () => process.exit());
}
