/** An enforced policy (CSP level 3), as it was sent: several may be joined with commas. */
export interface PagePolicy {
  text: string;
  /** The Content-Security-Policy header, or a <meta> of the document, which allows fewer directives. */
  from: 'header' | 'document';
}

/** What decides which sockets a page may open. */
export interface PageEvidence {
  /** The URL of the page after redirects; if it could not be fetched, the last one tried. */
  url: string;
  /** Why it could not be fetched. */
  error?: string;
  /** The HTTP status of the page. */
  status?: number;
  /** The address that it was fetched from. */
  address?: string;
  policies: PagePolicy[];
  /** Its Set-Cookie headers. Secret: they must not be printed. */
  cookies?: string;
}
