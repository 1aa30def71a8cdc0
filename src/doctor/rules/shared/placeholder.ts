import type { Evidence } from '../../evidence.js';

/** Subjects of the certificates that proxies send for hosts without one, and how to give them one. */
const placeholders: [RegExp, string, string][] = [
  [
    /Kubernetes Ingress Controller Fake Certificate/,
    'The ingress controller',
    'Name the host in `tls` of the Ingress, and check that its secret exists in the same namespace.',
  ],
  [
    /TRAEFIK DEFAULT CERT/,
    'Traefik',
    'Give the router a certificate resolver or a certificate with the host in it.',
  ],
  [
    /CN=(localhost\.localdomain|Plesk|Parallels Panel)\b/,
    'The web server',
    'Assign a certificate to the site.',
  ],
  [
    /ssl-cert-snakeoil|CN=snakeoil/i,
    'The web server',
    'Configure the certificate of the host instead of snakeoil.',
  ],
];

/** A proxy that sends its placeholder certificate. */
export interface Placeholder {
  proxy: string;
  fix: string;
}

/** @returns the proxy that has no certificate for the host, if the server's certificate shows one */
export function placeholderOf({ tls }: Evidence): Placeholder | undefined {
  const subject = tls?.chain[0]?.subject ?? '';
  const found = placeholders.find(([name]) => name.test(subject));
  return found && { proxy: found[1], fix: found[2] };
}
