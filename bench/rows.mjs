/** All rows, in the order of the table. */
import { rows as egress } from './rows/egress.mjs';

export const ROWS = [...egress];
