/** A paced feed as a newcomer writes it with ws and faker: a timer for each client, and a record made for each message. */
import { WebSocketServer } from 'ws';
import { endWithParent, tellPort } from '../questions.mjs';
import { fakerRecord } from './faker-record.mjs';
import { rateOf } from './ticks.mjs';

const server = new WebSocketServer({ host: '127.0.0.1', port: 0 });
let answerBytes = 0;
server.on('listening', () => tellPort(server));
server.on('connection', (socket, { url }) => {
  let seq = 0;
  const timer = setInterval(() => socket.send(JSON.stringify(fakerRecord(seq++))), 1000 / rateOf(url));
  socket.on('message', (answer) => {
    answerBytes += String(answer).length;
  });
  socket.on('close', () => clearInterval(timer));
  socket.on('error', () => {});
});
process.on('exit', () => process.stderr.write(`${answerBytes} bytes of answers\n`)); // so that they are of use
endWithParent();
