type Kind = 'default' | 'system';

/** @returns certificates in PEM, as Node.js from 22.15 on tells them; nothing by an older one */
export function caCertificates(kind: Kind): string[] | undefined {
  const tls: object = process.getBuiltinModule('node:tls');
  if (!('getCACertificates' in tls) || typeof tls.getCACertificates !== 'function') {
    return undefined;
  }
  const all: string[] = tls.getCACertificates(kind);
  return all;
}

/** @returns the public authorities that every Node.js has with it, in PEM */
export function rootCertificates(): readonly string[] {
  return process.getBuiltinModule('node:tls').rootCertificates;
}
