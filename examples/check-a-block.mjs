// Makes messages 10 to 14 of a stream again, and the CRC-32 that a receipt for them must have: no server is needed.
//   node examples/check-a-block.mjs
import { crc32 } from 'node:zlib';
import { crc32Hex, digestMessage, openStream } from 'tidemark';

const stream = openStream('users?seed=7');
let digest = 0;
let text = '';
for (let seq = 10; seq < 15; seq++) {
  const payload = stream.message(seq);
  digest = digestMessage(payload, stream.text, digest);
  text += `${new TextDecoder().decode(payload)}\n`;
}

console.log(`${stream.name}, id ${stream.id}`);
console.log(`crc32 ${crc32Hex(digest)}, and by zlib over the text ${crc32Hex(crc32(text))}`);
