import type { TrustState } from './rows.js';
import type { Evidence, Tools } from './evidence.js';

type Tool = 'mkcert' | 'certutil';

/** @returns the command that installs these programs, if the system is known to have all of them */
export function installCommand(wanted: Tool[], { packages }: Tools): string[] | undefined {
  const names = wanted.flatMap((tool) => packages?.[tool] ?? []);
  return packages === undefined || names.length < wanted.length
    ? undefined
    : [...packages.words, ...names];
}

/** @returns the command that installs a program; empty if it is installed or no command is known */
export function installTool(tool: Tool, tools: Tools): string[][] {
  const install = tools[tool] ? undefined : installCommand([tool], tools);
  return install === undefined ? [] : [install];
}

/** @returns a command that needs root, with sudo if necessary */
export function asRoot(words: string[], { root }: Tools): string[] {
  return root ? words : ['sudo', ...words];
}

/** @returns whether TRUST_STORES makes mkcert skip a kind of store */
export function isLeftOut(kind: 'system' | 'nss', { only }: Pick<Evidence, 'only'>): boolean {
  return only !== undefined && !only.includes(kind);
}

/** @returns the state of a store that has the CA, lacks it, or could not be checked */
export function stateOf(holds: boolean | undefined): TrustState {
  if (holds === undefined) {
    return 'unknown';
  }
  return holds ? 'trusted' : 'not-trusted';
}

export const skippedByMkcert = 'TRUST_STORES makes mkcert skip it. Unset it to add the CA.';
