import type { Code } from './codes.js';
import type { Evidence } from './evidence.js';
import type { Holder, ListeningEvidence, Said } from './project-evidence.js';
import { isOpen } from './signals.js';

/** Programs that hold a port for somebody else, who may well be the service of the project. */
const forwarders = ['docker-proxy', 'rootlessport', 'com.docker.backend', 'ssh', 'sshd', 'socat'];

function isInside(directory: string, folder: string): boolean {
  return directory === folder || directory.startsWith(`${folder}/`);
}

/** Who it is by where it was started: that is certain, unless it only forwards. */
function isKnown(holder: Holder | undefined): boolean {
  return holder?.directory !== undefined && !forwarders.includes(holder.name);
}

/** Whether a program that answers is none of the project. */
function isForeignAnswer({ holder, said }: ListeningEvidence, evidence: Evidence): boolean {
  if (said?.healthy === true) {
    return holder?.project !== undefined;
  }
  // Whoever has taken the health routes out has a service that works all the same.
  const { project, upgrade } = evidence;
  return isKnown(holder) || project?.proxied === true || !isOpen(upgrade);
}

/** @returns whether something holds the port that is not the service of the project */
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
    return `Listening there ended with ${code}.`;
  }
  if (said.scheme !== undefined) {
    const like = said.healthy ? ', as the service does' : '';
    return `To GET /healthz by ${said.scheme} it answers with HTTP status ${said.status}${like}.`;
  }
  return said.bytes === ''
    ? 'To GET /healthz it answers nothing.'
    : `To GET /healthz it answers "${said.bytes}", which is no HTTP.`;
}

/** What the port may have to do with the service, where nobody says who it is. */
function alternativesTo({ scheme, status = 0 }: Said): Code[] {
  if (scheme === undefined) {
    return ['silent'];
  }
  return status >= 500 ? ['server-error'] : ['wrong-path'];
}

interface Told {
  /** Whether it is surely somebody else. */
  certain: boolean;
  said: string;
  alternatives: Code[];
}

/** @returns what is known of whoever holds the port */
export function holderText(place: ListeningEvidence): Told {
  const { said, holder } = place;
  const speaksElse = said !== undefined && said.scheme === undefined && said.bytes !== '';
  return {
    certain: said === undefined || speaksElse || isKnown(holder),
    said: `${saidText(place)}${whereText(holder)}`,
    alternatives: said === undefined ? [] : alternativesTo(said),
  };
}

/** @returns the command that shows who holds a port */
export function lookUp(port: number, platform: string): string[][] {
  const commands: Record<string, string[]> = {
    linux: ['sudo', 'ss', '-ltnp', `sport = :${port}`],
    darwin: ['sudo', 'lsof', '-nP', `-iTCP:${port}`, '-sTCP:LISTEN'],
    win32: ['powershell', '-Command', `Get-NetTCPConnection -State Listen -LocalPort ${port}`],
  };
  const found = commands[platform];
  return found === undefined ? [] : [found];
}

/** @returns the command that ends whoever holds a port */
export function stopping({ name, pid }: Holder): string[][] {
  return name === 'docker-proxy' ? [['docker', 'ps']] : [['kill', String(pid)]];
}
