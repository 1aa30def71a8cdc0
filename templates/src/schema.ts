interface Property {
  type: string;
  default: unknown;
  description?: string;
  [keyword: string]: unknown;
}

const text = { type: 'string' };
const list = { type: 'array', items: text };
const trueOrFalse = { type: 'boolean', description: 'true or false' };
const levels = ['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'];

// The description completes the sentence "NAME must be …" when a value is refused.
const properties: Record<string, Property> = {
  HTTPS: { ...trueOrFalse, default: true },
  PRIV_KEY: { ...text, default: 'certs/key.pem' },
  CERT_KEY: { ...text, default: 'certs/cert.pem' },
  CA_CERT: { ...text, default: '' },
  KEY_PASSPHRASE: { ...text, default: '' },
  DOMAINS: { ...list, default: [] },
  ALLOW_NO_ORIGIN: { ...trueOrFalse, default: false },
  HOST: { ...text, default: 'localhost' },
  PORT: { ...wholeNumber(0, 65_535), default: 3000 },
  TRUST_PROXY: { ...list, default: [] },
  LOG_LEVEL: { ...oneOf(levels), default: 'info' },
  // {{#if redis}}
  REDIS_URL: { ...text, default: '' },
  REDIS_CHANNEL: { ...text, default: 'rooms' },
  // {{/if}}
  MAX_MESSAGE_BYTES: { ...wholeNumber(1, 104_857_600), default: 65_536 },
  MAX_BUFFERED_BYTES: { ...wholeNumber(65_536, 1_073_741_824), default: 1_048_576 },
  MAX_CONNECTIONS: { ...wholeNumber(1, 1_000_000), default: 10_000 },
  MAX_CONNECTIONS_PER_ADDRESS: { ...wholeNumber(1, 1_000_000), default: 100 },
  MESSAGES_PER_SECOND: { ...wholeNumber(1, 1_000_000), default: 100 },
  HEARTBEAT_MS: { ...wholeNumber(100, 3_600_000), default: 25_000 },
  SHUTDOWN_MS: { ...wholeNumber(0, 600_000), default: 5000 },
};

/** The JSON Schema of the settings: their types, limits and defaults. */
export const schema = { type: 'object', properties };

function wholeNumber(minimum: number, maximum: number) {
  const description = `a whole number from ${minimum} to ${maximum}`;
  return { type: 'integer', minimum, maximum, description };
}

function oneOf(values: string[]) {
  return { type: 'string', enum: values, description: `one of ${values.join(', ')}` };
}
