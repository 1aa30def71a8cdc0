/** The certificate of the CA to check. */
export interface Ca {
  /** Absolute path of its PEM file. */
  path: string;
  /** The name that mkcert gives it in NSS databases, with its serial number in decimal. */
  name: string;
  /** In hexadecimal, as Windows writes it. */
  serial: string;
}

/** How a system gets programs: the words of the command, and what it calls each of them. */
export interface Packages {
  words: string[];
  mkcert?: string;
  certutil?: string;
}

export interface Tools {
  mkcert: boolean;
  certutil: boolean;
  /** This user may write the system's trust store. */
  root: boolean;
  packages: Packages | undefined;
}

/** What the rows of all stores depend on. */
export interface Machine {
  /** `process.platform`. */
  platform: string;
  ca: Ca;
  tools: Tools;
  /** The stores for mkcert in `TRUST_STORES`; undefined for all. */
  trustStores: string[] | undefined;
}

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
export function asRoot(words: string[], { root }: Pick<Tools, 'root'>): string[] {
  return root ? words : ['sudo', ...words];
}

/** @returns whether TRUST_STORES makes mkcert skip a kind of store */
export function isSkipped(kind: 'system' | 'nss', { trustStores }: Machine): boolean {
  return trustStores !== undefined && !trustStores.includes(kind);
}

export const skippedByMkcert = 'TRUST_STORES makes mkcert skip it. Unset it to add the CA.';
