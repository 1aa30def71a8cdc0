import fp from 'fastify-plugin';

/** Explains why a part of the service cannot do its work at the moment; undefined if it can. */
type Check = () => string | undefined;

declare module 'fastify' {
  interface FastifyInstance {
    /** What `GET /readyz` depends on, by name. Plugins add their own checks. */
    readiness: Map<string, Check>;
  }
}

/** Adds `app.readiness`. */
export default fp(
  async (app) => {
    app.decorate('readiness', new Map<string, Check>());
  },
  { name: 'readiness' },
);
