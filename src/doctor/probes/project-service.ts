import type { ListeningEvidence, ProjectEvidence } from '../project-evidence.js';
import { isPortKnown } from '../rules/shared/project-target.js';
import { askListening } from './listening.js';

interface Limits {
  /** For each wait, in milliseconds. */
  limit: number;
  cancel: AbortSignal;
}

const spoken = { http: 'plain', https: 'tls' } as const;

/** What the port behind the proxy speaks. */
function upstreamOf(listening: ListeningEvidence[]): Pick<ProjectEvidence, 'upstream'> {
  const [first] = listening;
  const taken = listening.find(({ state }) => state === 'accepts') ?? first;
  if (taken === undefined) {
    return {};
  }
  const { address, port, state, said } = taken;
  const scheme = said?.scheme === undefined ? 'unknown' : spoken[said.scheme];
  const isOpen = state === 'accepts' || state === 'silent';
  return { upstream: { address, port, state: isOpen ? scheme : 'refused' } };
}

/**
 * Finds out what uses the port of a project's service, or keeps it from listening there, and for a
 * proxied service what that port speaks. It may listen on a free port for a moment, so nothing else may
 * connect to it in the meantime. Each wait is bounded. Never throws.
 */
export async function probeProject(
  project: Pick<ProjectEvidence, 'settings' | 'proxied' | 'mistakes' | 'envError'>,
  limits: Limits,
): Promise<Pick<ProjectEvidence, 'listening' | 'upstream'>> {
  const { settings, proxied } = project;
  if (!isPortKnown(project)) {
    // The port is not known, and the program on another port does not matter.
    return {};
  }
  const listening = await askListening({ settings, ...limits });
  return { listening, ...(proxied ? upstreamOf(listening) : {}) };
}
