type Kind = 'default' | 'system';

/** @returns certificates in PEM with Node.js 22.15 or later; undefined with an older one */
export function caCertificates(kind: Kind): string[] | undefined {
  const tls: object = process.getBuiltinModule('node:tls');
  if (!('getCACertificates' in tls) || typeof tls.getCACertificates !== 'function') {
    return undefined;
  }
  const all: string[] = tls.getCACertificates(kind);
  return all;
}

/** Prints whether the system's store has the certificate whose base64 text is the argument. */
const script =
  "const all=require('tls').getCACertificates('system');const wanted=process.argv[1];" +
  "console.log(all.some((pem)=>pem.replace(/\\s/g,'').includes(wanted)))";

/**
 * Asks a new process: Node.js reads the system's store only once, and mkcert may have changed it since.
 * @returns whether the system's store has a certificate; undefined before Node.js 22.15
 */
export async function systemHas(base64: string): Promise<boolean | undefined> {
  if (!('getCACertificates' in process.getBuiltinModule('node:tls'))) {
    return undefined;
  }
  const { execFile } = process.getBuiltinModule('node:child_process');
  const said = await new Promise<string>((resolve) => {
    const done = (_error: Error | null, stdout: string): void => resolve(stdout.trim());
    execFile(process.execPath, ['-e', script, base64], { timeout: 10_000 }, done);
  });
  return ['true', 'false'].includes(said) ? said === 'true' : undefined;
}

/** @returns the public CAs that are built into Node.js, in PEM */
export function rootCertificates(): readonly string[] {
  return process.getBuiltinModule('node:tls').rootCertificates;
}
