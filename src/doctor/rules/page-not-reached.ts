import type { Rule } from '../verdict.js';

export const pageNotReached: Rule = {
  code: 'page-not-reached',
  meaning: 'the page cannot be fetched, so its policies are unknown',
  page: ({ page }) => {
    if (page?.status !== undefined && page.status >= 400) {
      return {
        severity: 'warning',
        clients: ['browser'],
        cause: `The page ${page.url} returned HTTP status ${page.status}. Its policies may not be those of your page.`,
        evidence: `HTTP status ${page.status}.`,
        fix: 'Pass the full URL of the page to --page.',
      };
    }
    if (page?.error === undefined) {
      return undefined;
    }
    return {
      severity: 'warning',
      clients: ['browser'],
      cause: `The page ${page.url} cannot be fetched, so its policies are unknown.`,
      evidence: `The request failed: ${page.error}.`,
      fix: 'Start the server of the page, or pass the full URL of the page to --page.',
    };
  },
};
