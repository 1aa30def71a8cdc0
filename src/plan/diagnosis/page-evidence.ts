/** A policy that is enforced (CSP level 3), as it was sent: several may be joined by commas. */
export interface PagePolicy {
  text: string;
  /** The header Content-Security-Policy, or a <meta> of the document, which may say less. */
  from: 'header' | 'document';
}

/** What a page says that decides what it may open. */
export interface PageEvidence {
  /** Where the page is, behind its redirects; where it could not be fetched, what was tried last. */
  url: string;
  /** Why it could not be fetched. */
  error?: string;
  /** The HTTP status of the page. */
  status?: number;
  /** The address that it was fetched from. */
  address?: string;
  policies: PagePolicy[];
}
