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

/** @returns the public CAs that are built into Node.js, in PEM */
export function rootCertificates(): readonly string[] {
  return process.getBuiltinModule('node:tls').rootCertificates;
}
