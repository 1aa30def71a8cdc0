import type { FastifyInstance } from 'fastify';
import { codeOf, messageOf } from './errors.js';
import type { RemoteKeys } from './tokens.js';

/** How long until the keys are fetched again, and after a failure. */
const refreshMs = 600_000;
const retryMs = 5000;

/**
 * Fetches the keys of the identity provider at start, and again every ten minutes. While that fails, the
 * ones that were fetched last stay in use. A token with an unknown key makes jose fetch them in between,
 * at most twice a minute.
 */
export function keepFetching(app: FastifyInstance, keys: RemoteKeys): void {
  let timer: NodeJS.Timeout | undefined;
  let failed = false;

  async function fetchAgain(): Promise<void> {
    try {
      await keys.reload();
      if (failed) app.log.info('The keys of AUTH_JWKS_URL were fetched.');
      failed = false;
    } catch (error) {
      // Each retry fails with an error. One line is enough.
      if (!failed) app.log.error({ reason: reasonOf(error) }, 'AUTH_JWKS_URL cannot be fetched.');
      failed = true;
    }
    timer = setTimeout(fetchAgain, failed ? retryMs : refreshMs).unref();
  }

  app.readiness.set('auth', () =>
    keys.jwks() ? undefined : 'The keys for verifying tokens were not fetched yet.',
  );
  app.addHook('onReady', async () => void fetchAgain());
  app.addHook('onClose', async () => clearTimeout(timer));
}

/** `fetch` hides the reason in the cause. */
function reasonOf(error: unknown): string {
  const cause = error instanceof Error ? error.cause : undefined;
  return codeOf(cause) ?? (cause === undefined ? messageOf(error) : messageOf(cause));
}
