import { parser } from '@prometheus-io/lezer-promql';

/**
 * The names of metrics in an expression of PromQL. Grafana replaces `$__rate_interval` and its own
 * variables in strings first.
 *
 * @throws {Error} if the expression has a syntax error
 */
export function namesIn(expression: string): string[] {
  const text = expression.replaceAll('$__rate_interval', '1m');
  const names: string[] = [];
  parser.parse(text).iterate({
    enter({ type, from, to }) {
      if (type.isError) {
        throw new Error(`"${text}" has a syntax error at ${from}.`);
      }
      if (type.name === 'VectorSelector') {
        names.push(/^[\w:]+/.exec(text.slice(from, to))?.[0] ?? '');
      }
    },
  });
  return names;
}

/** The names of metrics in a scrape, including metrics without a value. */
export function exposedIn(scrape: string): string[] {
  return [...scrape.matchAll(/^# TYPE (\w+) /gm)].map(([, name = '']) => name);
}
