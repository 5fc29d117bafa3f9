import type { ServerResponse } from "node:http";

/** Where text goes: `write` is false when the reader is behind, and `drained` emits `drain` when it is not any more. */
export type Outlet = {
  write(text: string): boolean;
  behind(): boolean;
  readonly drained: NodeJS.EventEmitter;
};

/**
 * For an answer whose head has left. Node hands length, text and line ends of a chunk to the socket one by one, which
 * for a single token costs more than all else that is done with it; here they go as one text.
 * From then on everything but the end must go this way: `response.write` may hold its text back until the tick is
 * over, so what is written here would overtake it. A reader who has gone makes `write` answer false, nothing else.
 */
export function chunkOutlet(response: ServerResponse): Outlet {
  const { socket } = response;
  // A client of HTTP/1.0 knows no chunks, and one that sent several requests at once may not have its turn yet.
  if (socket === null || !response.chunkedEncoding) {
    return {
      write: (text) => response.write(text),
      behind: () => response.writableNeedDrain,
      drained: response,
    };
  }
  return {
    write(text) {
      if (text === "") return true; // a chunk of nothing would be the end
      const bytes = Buffer.byteLength(text);
      // Plain ASCII, as most tokens are, is the same in both and cheaper to copy.
      return socket.write(`${bytes.toString(16)}\r\n${text}\r\n`, bytes === text.length ? "latin1" : "utf8");
    },
    behind: () => socket.writableNeedDrain,
    drained: socket,
  };
}
