import { findProgram } from '../../io/programs.js';
import type { CaCertificate } from '../certificate.js';
import { readText } from '../files.js';
import { runProbe } from '../run-certutil.js';
import type { TrustStore } from '../store.js';
import type { Machine } from '../table/machine.js';
import { ofWindows } from '../table/own-programs.js';
import { stateOf, type StoreRow } from '../table/row.js';

/** The Windows outside the Windows Subsystem for Linux. */
export interface WindowsEvidence {
  /** Undefined if it could not be checked. */
  hasCa: boolean | undefined;
  /** The CA's certificate, as Windows names the path. */
  path: string;
}

/** The Windows Subsystem for Linux sets a variable, which sudo removes. */
function isInWindows(): boolean {
  const release = readText('/proc/sys/kernel/osrelease') ?? '';
  return process.env['WSL_DISTRO_NAME'] !== undefined || /microsoft/i.test(release);
}

async function query(ca: CaCertificate): Promise<WindowsEvidence | undefined> {
  if (process.platform !== 'linux' || !isInWindows()) {
    return undefined;
  }
  const translated = await runProbe(['wslpath', '-w', ca.path]);
  const share = `\\\\wsl.localhost\\${process.env['WSL_DISTRO_NAME'] ?? ''}`;
  const path = translated.ok ? translated.stdout.trim() : share + ca.path.replaceAll('/', '\\');
  if (findProgram('certutil.exe') === undefined) {
    return { hasCa: undefined, path };
  }
  return { hasCa: (await runProbe(ofWindows(ca).check)).ok, path };
}

function windowsRow({ hasCa, path }: WindowsEvidence, { ca }: Machine): StoreRow {
  const about = { title: 'Windows', clients: 'browsers on Windows', state: stateOf(hasCa), path };
  const { add, remove } = ofWindows({ path, serial: ca.serial });
  if (hasCa === true) {
    return { ...about, fix: [], undo: [remove] };
  }
  const note =
    hasCa === false ? 'Windows asks for confirmation.' : 'certutil.exe could not be run.';
  return { ...about, note, fix: [add], undo: [] };
}

/** Browsers on Windows do not use the trust stores of the Windows Subsystem for Linux. */
export const windows: TrustStore<WindowsEvidence | undefined> = {
  name: 'windows',
  installer: 'user',
  usedBy: ['browser'],
  query,
  rows: (evidence, machine) => (evidence === undefined ? [] : [windowsRow(evidence, machine)]),
};
