/** What the service's own port says, where a proxy is before it. */
export interface UpstreamEvidence {
  address: string;
  port: number;
  state: 'refused' | 'plain' | 'tls' | 'unknown';
}

/** What is known of the project around us, before anything is connected to. */
export interface ProjectEvidence {
  directory: string;
  upstream?: UpstreamEvidence;
}
