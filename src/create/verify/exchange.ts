/** How to open a WebSocket: to an address, with a name that its certificate must cover. */
export interface Opening {
  /** `wss:` or `ws:` URL whose host is the address to connect to. */
  url: string;
  /** The `Origin` header of the handshake. */
  origin: string;
  /** More headers of the handshake. */
  headers?: Record<string, string>;
  tls?: {
    /** The trusted CAs in PEM; Node's own list by default. */
    ca?: string;
    /** The name that the certificate must cover, if it is not the URL's host. */
    servername?: string;
  };
  cancel: AbortSignal;
}

const limitMs = 10_000;

/** The result of a handshake: the HTTP status, and after a 101 the answer to a message. */
export interface Handshake {
  status: number;
  answer?: string;
}

/**
 * Opens a WebSocket, sends one message, and waits for one.
 * @throws the error of Node or ws without an answer, such as for an untrusted certificate
 */
export async function exchange(opening: Opening, message: string): Promise<Handshake> {
  const { WebSocket } = await import('ws');
  const { url, origin, headers = {}, tls = {}, cancel } = opening;
  // The signal may have come while ws was loaded.
  cancel.throwIfAborted();
  const socket = new WebSocket(url, { origin, headers, ...tls, handshakeTimeout: limitMs });
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
      // The event repeats if the socket ends before it was open.
      socket.on('error', reject);
    });
  } finally {
    clearTimeout(timer);
    cancel.removeEventListener('abort', leave);
    socket.terminate();
  }
}
