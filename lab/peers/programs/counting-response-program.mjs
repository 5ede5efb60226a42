/**
 * Takes streams over HTTP, one response after the other for a while, and counts their bytes: what they should be is known. The
 * beginning and the end of each body are kept, so that its first and last message can be checked.
 */
import { get } from 'node:http';
import { answerQuestions } from '../questions.mjs';

/** Longer than any message, with what is around it. */
const KEPT_BYTES = 4096;

/**
 * @typedef {object} Question
 * @property {number} port
 * @property {string} path
 * @property {string} accept
 * @property {number} measureMs
 *
 * @typedef {{ head: string, tail: string, bytes: number }} Body
 */

/** @param {Question} question @returns {Promise<Body>} */
function take({ port, path, accept }) {
  return new Promise((resolve, reject) => {
    get({ host: '127.0.0.1', port, path, headers: { accept }, agent: false }, (response) => {
      let bytes = 0;
      /** @type {Buffer} */
      let head = Buffer.alloc(0);
      /** @type {Buffer} */
      let tail = Buffer.alloc(0);
      response.on('data', (/** @type {Buffer} */ chunk) => {
        bytes += chunk.length;
        if (head.length < KEPT_BYTES) head = Buffer.concat([head, chunk.subarray(0, KEPT_BYTES)]);
        if (chunk.length < KEPT_BYTES) tail = Buffer.concat([tail.subarray(-KEPT_BYTES), chunk]);
        else tail = chunk.subarray(-KEPT_BYTES);
      });
      response.on('error', reject);
      response.on('end', () => resolve({ head: head.toString(), tail: tail.toString(), bytes }));
    }).on('error', reject);
  });
}

/** @param {Question} question */
async function takeForAWhile(question) {
  /** @type {Body[]} */
  const bodies = [];
  const beganMs = performance.now();
  while (performance.now() - beganMs < question.measureMs) bodies.push(await take(question));
  return { bodies, seconds: (performance.now() - beganMs) / 1000 };
}

answerQuestions(takeForAWhile);
