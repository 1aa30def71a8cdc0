/** What a page says that decides what it may open. */
export interface PageEvidence {
  /** Where the page is, behind its redirects. */
  url: string;
  /** Why it could not be fetched. */
  error?: string;
  /** The address that it was fetched from. */
  address?: string;
  /** Each policy that is enforced, from headers and from the document (CSP level 3). */
  policies: string[];
}
