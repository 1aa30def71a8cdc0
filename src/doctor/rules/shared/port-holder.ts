import type { Code } from '../../verdict.js';
import type { Evidence } from '../../evidence.js';
import type { Holder, ListeningEvidence, Said } from '../../project-evidence.js';
import { isOpen } from './upgrade.js';

/** Programs that hold a port for another one, which may be the service of the project. */
const forwarders = ['docker-proxy', 'rootlessport', 'com.docker.backend', 'ssh', 'sshd', 'socat'];

function isInside(directory: string, folder: string): boolean {
  return directory === folder || directory.startsWith(`${folder}/`);
}

/** Whether the folder it was started in identifies the program: not if it only forwards. */
function isKnown(holder: Holder | undefined): boolean {
  return holder?.directory !== undefined && !forwarders.includes(holder.name);
}

/** Whether the program that answers does not belong to the project. */
function isForeignAnswer({ holder, said }: ListeningEvidence, evidence: Evidence): boolean {
  if (said?.healthy === true) {
    return holder?.project !== undefined;
  }
  // A service without the health routes may still open sockets.
  const { project, upgrade } = evidence;
  return isKnown(holder) || project?.proxied === true || !isOpen(upgrade);
}

/** @returns whether a program other than the project's service holds the port */
export function isForeign(place: ListeningEvidence, evidence: Evidence): boolean {
  const { state, code, holder } = place;
  const { directory = '' } = evidence.project ?? {};
  if (holder?.directory !== undefined && isInside(holder.directory, directory)) {
    return false;
  }
  return state === 'accepts'
    ? isForeignAnswer(place, evidence)
    : state === 'refused' && code === 'EADDRINUSE';
}

function whereText(holder: Holder | undefined): string {
  if (holder?.project !== undefined) {
    return ` It was started in ${holder.project}, another project of create-fastify-wss.`;
  }
  return holder?.directory === undefined ? '' : ` It was started in ${holder.directory}.`;
}

function saidText({ said, code }: ListeningEvidence): string {
  if (said === undefined) {
    return `Listening there failed with ${code}.`;
  }
  if (said.scheme !== undefined) {
    const like = said.healthy ? ', as the service does' : '';
    return `It answers GET /healthz over ${said.scheme} with HTTP status ${said.status}${like}.`;
  }
  return said.bytes === ''
    ? 'It does not answer GET /healthz.'
    : `It answers GET /healthz with "${said.bytes}", which is not HTTP.`;
}

/** What else may be wrong when the holder of the port is not known. */
function alternativesTo({ scheme, status = 0 }: Said): Code[] {
  if (scheme === undefined) {
    return ['silent'];
  }
  return status >= 500 ? ['server-error'] : ['wrong-path'];
}

interface Told {
  /** Whether it is certainly another program. */
  certain: boolean;
  said: string;
  alternatives: Code[];
}

/** @returns what is known about the program that holds the port */
export function holderText(place: ListeningEvidence): Told {
  const { said, holder } = place;
  const speaksElse = said !== undefined && said.scheme === undefined && said.bytes !== '';
  return {
    certain: said === undefined || speaksElse || isKnown(holder),
    said: `${saidText(place)}${whereText(holder)}`,
    alternatives: said === undefined ? [] : alternativesTo(said),
  };
}

/** @returns the command that shows which program holds a port */
export function showHolder(port: number, platform: string): string[][] {
  const commands: Record<string, string[]> = {
    linux: ['sudo', 'ss', '-ltnp', `sport = :${port}`],
    darwin: ['sudo', 'lsof', '-nP', `-iTCP:${port}`, '-sTCP:LISTEN'],
    win32: ['powershell', '-Command', `Get-NetTCPConnection -State Listen -LocalPort ${port}`],
  };
  const found = commands[platform];
  return found === undefined ? [] : [found];
}

/** @returns the command that stops the program that holds a port */
export function stopHolder({ name, pid }: Holder): string[][] {
  return name === 'docker-proxy' ? [['docker', 'ps']] : [['kill', String(pid)]];
}
