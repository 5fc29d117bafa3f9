import type * as LlamaCpp from "node-llama-cpp";

/* A process of its own: llama.cpp by node-llama-cpp and nothing else, as often as asked. Prints ms from the first token to the last of each answer. */
const [path = "", tokens = "", rounds = "", system = ""] = process.argv.slice(2);
const { getLlama, LlamaChat }: typeof LlamaCpp = await import("node-llama-cpp");
const llama = await getLlama({ gpu: "auto", build: "never", skipDownload: true, maxThreads: 0 });
const model = await llama.loadModel({ modelPath: path });
const context = await model.createContext({ contextSize: 2048, sequences: 1, threads: 1, batchSize: 512 });
const chat = new LlamaChat({ contextSequence: context.getSequence() });
const times: number[] = [];
for (let round = 0; round < Number(rounds); round += 1) {
  let first: number | undefined;
  const asked = [
    { type: "system", text: system },
    { type: "user", text: "hello" },
  ] as const;
  await chat.generateResponse([...asked], {
    maxTokens: Number(tokens),
    temperature: 0.8,
    topK: 40,
    topP: 0.9,
    repeatPenalty: { penalty: 1.07 },
    onResponseChunk() {
      first ??= performance.now();
    },
  });
  times.push(performance.now() - (first ?? Number.NaN));
}
process.stdout.write(JSON.stringify(times));
process.exit();
