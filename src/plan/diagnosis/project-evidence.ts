/** What is known of the project around us, before anything is connected to. */
export interface ProjectEvidence {
  directory: string;
}
