/** All rows, in the order of the table. */
import { rows as egress } from './rows/egress.mjs';
import { rows as encode } from './rows/encode.mjs';
import { rows as floor } from './rows/floor.mjs';
import { rows as ingest } from './rows/ingest.mjs';
import { rows as proven } from './rows/proven.mjs';

export const ROWS = [...encode, ...egress, ...ingest, ...proven, ...floor];
