/**
 * Lets a line that anybody can cause be logged once a minute.
 *
 * @param log is given how often it happened since the last time, and what it was about
 */
export function rarely<Subject>(log: (count: number, subject: Subject) => void) {
  let count = 0;
  let next = 0;
  return (subject: Subject): void => {
    count += 1;
    const now = performance.now();
    if (now < next) return;
    next = now + 60_000;
    log(count, subject);
    count = 0;
  };
}
