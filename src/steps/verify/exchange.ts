/** How a WebSocket is opened: to an address, under a name that its certificate has to have. */
export interface Opening {
  /** `wss:` or `ws:` URL whose host is the address to connect to. */
  url: string;
  /** The `Origin` that the handshake claims. */
  origin: string;
  tls?: {
    /** PEM of those who may have signed the certificate; without it Node's own list holds. */
    ca?: string;
    /** The name that the certificate has to have, where it is not the URL's host. */
    servername?: string;
  };
  cancel: AbortSignal;
}

const limitMs = 10_000;

/** What a handshake came to: the HTTP status, and the answer to a message where it is 101. */
export interface Handshake {
  status: number;
  answer?: string;
}

/**
 * Opens a WebSocket, sends one message where it is open, and waits for one.
 * @throws the error of Node or of ws when there is no answer at all, such as that of an untrusted
 * certificate
 */
export async function exchange(opening: Opening, message: string): Promise<Handshake> {
  const { WebSocket } = await import('ws');
  const { url, origin, tls = {}, cancel } = opening;
  const socket = new WebSocket(url, { origin, ...tls, handshakeTimeout: limitMs });
  const leave = (): void => socket.terminate();
  cancel.addEventListener('abort', leave);
  const timer = setTimeout(leave, limitMs);
  try {
    return await new Promise((resolve, reject) => {
      socket.once('open', () => socket.send(message));
      socket.once('message', (answer) => resolve({ status: 101, answer: String(answer) }));
      socket.once('unexpected-response', (_request, { statusCode = 0 }) =>
        resolve({ status: statusCode }),
      );
      socket.once('close', () => reject(new Error('no answer came')));
      // It is told again when the socket is ended before it was open.
      socket.on('error', reject);
    });
  } finally {
    clearTimeout(timer);
    cancel.removeEventListener('abort', leave);
    socket.terminate();
  }
}
