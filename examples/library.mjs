// A server and a client in one program: takes three blocks, and prints the verdict.
//   node examples/library.mjs
import { connect, serve } from 'tidemark';

const server = await serve({ port: 0 });
const run = connect(`${server.url}/users?seed=7&rate=50`, { client: 'alice', block: 5, count: 15 });

for await (const block of run) {
  const names = block.messages.map(({ payload }) => JSON.parse(new TextDecoder().decode(payload)).name);
  console.log(`block ${block.block} in ${block.elapsedMs.toFixed(1)} ms: ${names.join(', ')}`);
}

const { verdict, messages, expected } = await run.closed;
console.log(`${verdict}: ${messages} of ${expected} messages`);
await server.close();
