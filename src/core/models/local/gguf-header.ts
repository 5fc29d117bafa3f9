import { open } from "node:fs/promises";

/** What a GGUF file says of itself. */
export type GgufHeader = {
  readonly architecture: string;
  readonly name?: string;
  /** Tokens it was trained to hold. */
  readonly contextLength?: number;
  readonly layers?: number;
  readonly parameters: number;
  /** Of most of its weights, for example `Q4_K`. */
  readonly quantization: string;
  readonly hasChatTemplate: boolean;
  /** In bytes. */
  readonly size: number;
};

/** What is wrong with a file, in words for people. */
export class BadGguf extends Error {}

/** Numbers of ggml's types: bytes of a block, and numbers in it. https://github.com/ggml-org/ggml, `ggml_type` */
const types: Readonly<Record<number, readonly [name: string, bytes: number, numbers: number]>> = {
  0: ["F32", 4, 1],
  1: ["F16", 2, 1],
  2: ["Q4_0", 18, 32],
  3: ["Q4_1", 20, 32],
  6: ["Q5_0", 22, 32],
  7: ["Q5_1", 24, 32],
  8: ["Q8_0", 34, 32],
  10: ["Q2_K", 84, 256],
  11: ["Q3_K", 110, 256],
  12: ["Q4_K", 144, 256],
  13: ["Q5_K", 176, 256],
  14: ["Q6_K", 210, 256],
  30: ["BF16", 2, 1],
};

/** Bytes of metadata values by their kind; texts (8) and lists (9) have no fixed size. */
const fixedSizes: Readonly<Record<number, number>> = {
  0: 1,
  1: 1,
  2: 2,
  3: 2,
  4: 4,
  5: 4,
  6: 4,
  7: 1,
  10: 8,
  11: 8,
  12: 8,
};

/** No text of a file's head is longer, in bytes: chat templates have some 10 kB. */
const longestText = 4 * 2 ** 20;

/**
 * Reads the head of a GGUF file, version 2 or 3, and checks that all of its tensors are there: what a download that
 * broke off left behind is told here, before llama.cpp sees it.
 * The format: https://github.com/ggml-org/ggml/blob/master/docs/gguf.md
 * @throws `BadGguf`; the errors of the file system.
 */
export async function readGgufHeader(path: string): Promise<GgufHeader> {
  const file = await open(path);
  try {
    const { size } = await file.stat();
    const reader = bufferedReader(
      async (buffer, at) => (await file.read(buffer, 0, buffer.length, at)).bytesRead,
    );
    if ((await reader.bytes(4)).toString("latin1") !== "GGUF") throw new BadGguf("it is no GGUF file");
    const version = await reader.u32();
    if (version !== 2 && version !== 3)
      throw new BadGguf(`it has version ${version} of GGUF, and 2 or 3 is known`);
    const tensors = await reader.u64();
    const values = await metadata(reader, await reader.u64());
    const { parameters, bytes, quantization } = await tensorTable(reader, tensors);
    const alignment = Number(values.get("general.alignment") ?? 32);
    const needed = Math.ceil(reader.at() / alignment) * alignment + bytes;
    if (size < needed) throw new BadGguf(`it is cut off: it has ${size} bytes of ${needed}`);
    const architecture = String(values.get("general.architecture") ?? "unknown");
    const number = (key: string) => {
      const value = values.get(key);
      return typeof value === "number" ? value : undefined;
    };
    const name = values.get("general.name");
    const contextLength = number(`${architecture}.context_length`);
    const layers = number(`${architecture}.block_count`);
    return {
      architecture,
      ...(typeof name === "string" && { name }),
      ...(contextLength !== undefined && { contextLength }),
      ...(layers !== undefined && { layers }),
      parameters,
      quantization,
      hasChatTemplate: values.has("tokenizer.chat_template"),
      size,
    };
  } finally {
    await file.close();
  }
}

type Reader = ReturnType<typeof bufferedReader>;

async function metadata(reader: Reader, count: number): Promise<ReadonlyMap<string, string | number>> {
  const values = new Map<string, string | number>();
  for (let index = 0; index < count; index += 1) {
    const key = await reader.text();
    const value = await readValue(reader, await reader.u32());
    if (value !== undefined) values.set(key, value);
  }
  return values;
}

/** Lists are passed over: a vocabulary may have 200,000 texts. */
async function readValue(reader: Reader, kind: number): Promise<string | number | undefined> {
  if (kind === 8) return reader.text();
  if (kind === 9) {
    const inner = await reader.u32();
    const count = await reader.u64();
    const each = fixedSizes[inner];
    if (each !== undefined) reader.skip(each * count);
    else for (let index = 0; index < count; index += 1) await readValue(reader, inner);
    return undefined;
  }
  const size = fixedSizes[kind];
  if (size === undefined) throw new BadGguf(`its metadata cannot be read: there is no kind ${kind}`);
  const bytes = await reader.bytes(size);
  if (kind === 4) return bytes.readUInt32LE();
  if (kind === 5) return bytes.readInt32LE();
  if (kind === 10) return Number(bytes.readBigUInt64LE());
  return kind === 7 ? bytes[0] : undefined;
}

/** `bytes`: where the last tensor ends, from the beginning of them all. One of an unknown type counts as nothing. */
async function tensorTable(reader: Reader, count: number) {
  let parameters = 0;
  let bytes = 0;
  const numbersOf = new Map<string, number>();
  for (let index = 0; index < count; index += 1) {
    await reader.text();
    let numbers = 1;
    for (let left = await reader.u32(); left > 0; left -= 1) numbers *= await reader.u64();
    const kind = await reader.u32();
    const offset = await reader.u64();
    const [name, block, each] = types[kind] ?? [`type ${kind}`, 0, 1];
    bytes = Math.max(bytes, offset + (numbers / each) * block);
    parameters += numbers;
    numbersOf.set(name, (numbersOf.get(name) ?? 0) + numbers);
  }
  const [most] = [...numbersOf].sort(([, a], [, b]) => b - a);
  return { parameters, bytes, quantization: most?.[0] ?? "none" };
}

/** Reads on from the beginning, 1 MiB at a time. */
function bufferedReader(read: (into: Buffer, at: number) => Promise<number>) {
  let window = Buffer.alloc(0);
  /** Where the window begins in the file, and where in it we are. */
  let start = 0;
  let place = 0;
  async function bytes(count: number): Promise<Buffer> {
    if (count > longestText) throw new BadGguf("its head cannot be read: a text in it is too long");
    if (place < 0 || place + count > window.length) {
      start += place;
      place = 0;
      const fresh = Buffer.alloc(Math.max(count, 2 ** 20));
      window = fresh.subarray(0, await read(fresh, start));
      if (window.length < count) throw new BadGguf("it is cut off in its head");
    }
    place += count;
    return window.subarray(place - count, place);
  }
  async function u64(): Promise<number> {
    const value = (await bytes(8)).readBigUInt64LE();
    if (value > BigInt(Number.MAX_SAFE_INTEGER))
      throw new BadGguf("its head cannot be read: a number is too large");
    return Number(value);
  }
  return {
    bytes,
    u64,
    u32: async () => (await bytes(4)).readUInt32LE(),
    text: async () => (await bytes(await u64())).toString("utf8"),
    at: () => start + place,
    skip(count: number) {
      place += count;
      if (place <= window.length) return;
      start += place;
      place = 0;
      window = Buffer.alloc(0);
    },
  };
}
