// Prints the optional peers of a package.json in the versions that Tidemark is tested with, for `npm install`.
import { readFileSync } from 'node:fs';

const [path = 'package.json'] = process.argv.slice(2);
const { peerDependencies, devDependencies } = JSON.parse(readFileSync(path, 'utf8'));
console.log(
  Object.keys(peerDependencies)
    .map((name) => `${name}@${devDependencies[name]}`)
    .join(' '),
);
