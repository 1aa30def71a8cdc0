import { readdirSync } from 'node:fs';

// Only these are tests: the other files here help them.
const tests = readdirSync(import.meta.dirname).filter((name) => /\.test\.[jt]s$/.test(name));
for (const name of tests) await import(new URL(name, import.meta.url).href);
