/** A receipt as a client sends it. */
export const RECEIPT = {
  type: 'receipt',
  block: 1,
  from: 0,
  to: 4,
  count: 5,
  bytes: 1500,
  elapsed_ms: 401.213,
  crc32: 'c0ffee00',
  interrupted: false,
  text: 'Client alice received 1 block in 401.213 ms time',
};
