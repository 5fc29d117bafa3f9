import { Agent } from "node:http";
import { connect, type NetConnectOpts, type Socket } from "node:net";

/** As much as libuv reads at once. One for all sockets: what is read is parsed, and so copied, before the next read. */
const buffer = Buffer.allocUnsafeSlow(64 * 1024);

/**
 * Whose sockets hand what they read to Node's HTTP client as it comes. Usually a socket is a stream that takes a buffer of
 * its own, a tick and a look into its state for every read, and the answer that the client makes of it is a second one:
 * for a single token that costs as much as all that is done with it here.
 */
export class DirectAgent extends Agent {
  override createConnection(options: NetConnectOpts): Socket {
    const socket: Socket = connect({
      ...options,
      onread: {
        buffer,
        callback(bytes) {
          socket.emit("data", buffer.subarray(0, bytes));
          return true; // who wants a pause has paused the socket
        },
      },
    });
    return socket;
  }
}
