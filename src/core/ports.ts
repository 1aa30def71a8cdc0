/** The ports of schemes that URLs leave out (WHATWG URL, section 3.1). */
export const usualPorts: Record<string, number> = {
  'http:': 80,
  'https:': 443,
  'ws:': 80,
  'wss:': 443,
};

/** @returns the port that a URL leads to (WHATWG URL, section 3.2); 0 for a scheme that has no usual one */
export function portOf({ port, protocol }: URL): number {
  return port === '' ? (usualPorts[protocol] ?? 0) : Number(port);
}

/** Port of a service. */
export const servicePort = 3000;

/** Port of the local proxy in front of a project with `certSource` proxy. */
export const localProxyPort = 8443;

/** Ports on which browsers open neither pages nor sockets (Fetch standard, "port blocking"). */
export const blockedPorts = new Set([
  1, 7, 9, 11, 13, 15, 17, 19, 20, 21, 22, 23, 25, 37, 42, 43, 53, 69, 77, 79, 87, 95, 101, 102,
  103, 104, 109, 110, 111, 113, 115, 117, 119, 123, 135, 137, 139, 143, 161, 179, 389, 427, 465,
  512, 513, 514, 515, 526, 530, 531, 532, 540, 548, 554, 556, 563, 587, 601, 636, 989, 990, 993,
  995, 1719, 1720, 1723, 2049, 3659, 4045, 4190, 5060, 5061, 6000, 6566, 6665, 6666, 6667, 6668,
  6669, 6679, 6697, 10080,
]);
