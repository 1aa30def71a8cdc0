/**
 * Limits a log line that any client can cause to one per minute.
 *
 * @param log gets the number of calls since the last line, and the current subject
 */
export function oncePerMinute<Subject>(log: (count: number, subject: Subject) => void) {
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
