function nothing(): void {}

/** A promise that is settled from outside. Promise.withResolvers needs Node 22. */
export class Deferred {
  resolve: () => void = nothing;
  reject: (error: unknown) => void = nothing;
  readonly promise = new Promise<void>((resolve, reject) => {
    this.resolve = resolve;
    this.reject = reject;
  });
}
