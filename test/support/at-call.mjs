// Loaded into a run before it starts. At the given call that changes the disk, it triggers an
// event.
import fs from 'node:fs';

const { AT_CALL, AT_FOLDER, AT_EVENT } = process.env;

/** Calls that need disk space, and other calls that change the disk. */
const growing = ['mkdtempSync', 'mkdirSync', 'writeFileSync', 'linkSync', 'copyFileSync'];
const others = ['renameSync', 'chmodSync', 'rmdirSync', 'unlinkSync'];
const count = { calls: 0 };

function happen(name) {
  count.calls += 1;
  if (AT_EVENT.startsWith('SIG')) {
    if (count.calls === Number(AT_CALL)) {
      process.kill(process.pid, AT_EVENT);
    }
    return;
  }
  // A full disk stays full.
  if (count.calls >= Number(AT_CALL) && growing.includes(name)) {
    throw Object.assign(new Error(`${AT_EVENT}: at call ${AT_CALL}, ${name}`), { code: AT_EVENT });
  }
}

for (const name of [...growing, ...others]) {
  const original = fs[name];
  fs[name] = (...args) => {
    if (String(args[0]).startsWith(AT_FOLDER)) {
      happen(name);
    }
    return original(...args);
  };
}
