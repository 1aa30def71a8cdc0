import { readdirSync } from 'node:fs';
import { describe } from 'node:test';

// Only these are tests: the other files here help them.
const names = readdirSync(import.meta.dirname).filter((name) => /\.test\.[jt]s$/.test(name));
const takesLong = (name: string) => Number(/^(certs|heartbeat|redis|renewal)/.test(name));
names.sort((a, b) => takesLong(b) - takesLong(a));

// They wait more than they work: so a few files run side by side, each from top to bottom.
describe('all tests', { concurrency: 6 }, () => {
  for (const name of names) {
    describe(name, { concurrency: 1 }, () => import(new URL(name, import.meta.url).href));
  }
});
