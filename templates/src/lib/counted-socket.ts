import { GuardedSocket } from './guarded-socket.js';
import type { SocketCounts } from './socket-counts.js';

/** Counts the messages of a socket. plugins/metrics.ts makes it the class of every socket. */
export class CountedSocket extends GuardedSocket {
  counts: SocketCounts | undefined;

  override send(...args: unknown[]): void {
    const wasOpen = this.readyState === GuardedSocket.OPEN;
    super.send(...args);
    if (!wasOpen || !this.counts) return;
    if (this.readyState === GuardedSocket.OPEN) this.counts.sent.add(args[0]);
    // It has just been disconnected, since it reads too slowly.
    else this.counts.disconnected += 1;
  }

  override emit(event: string | symbol, ...args: unknown[]): boolean {
    if (event === 'message') this.counts?.received.add(args[0]);
    return super.emit(event, ...args);
  }
}
