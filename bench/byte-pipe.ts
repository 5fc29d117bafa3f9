import { Agent, createServer, request as send } from "node:http";

/** The least that a relay can do: bytes in, bytes out. What Skeleton is compared with. */
const [port = "0", upstream = ""] = process.argv.slice(2);
const agent = new Agent({ keepAlive: true, maxSockets: Number.POSITIVE_INFINITY });

const server = createServer((request, response) => {
  const parts: Buffer[] = [];
  request.on("data", (bytes: Buffer) => parts.push(bytes));
  request.on("end", () => {
    const outgoing = send(`${upstream}/v1/chat/completions`, { method: "POST", agent }, (incoming) => {
      response.writeHead(200, { "content-type": "text/event-stream" });
      response.socket?.setNoDelay(true);
      incoming.on("data", (bytes: Buffer) => {
        if (response.write(bytes)) return;
        incoming.pause();
        response.once("drain", () => incoming.resume());
      });
      incoming.on("end", () => response.end());
    });
    response.on("close", () => outgoing.destroy());
    outgoing.on("error", () => response.destroy());
    outgoing.end(Buffer.concat(parts));
  });
});

server.listen(Number(port), "127.0.0.1", () => process.send?.("listening"));
