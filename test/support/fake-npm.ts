import { join } from 'node:path';

const script = join(import.meta.dirname, 'fake-npm.mjs');

/** A line for sh that installs empty packages, as npm does, without a registry. */
export const fakeInstall = `"${process.execPath}" "${script}" "$@"`;
