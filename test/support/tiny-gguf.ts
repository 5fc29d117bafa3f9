import { type GgufTensor, writeGguf } from "./gguf-writer.ts";

/** What a tiny model says. */
export type TinyModel = {
  /**
   * Its answer to whatever it is asked, in tokens of its vocabulary: no two alike, and none a single byte. After the
   * last it ends; `endless`: it begins anew.
   */
  readonly answer: readonly string[];
  readonly endless?: boolean;
  /** A Jinja template. Default: ChatML. */
  readonly chatTemplate?: string;
  /** In tokens; default 2048. */
  readonly contextLength?: number;
  /** Default 2. More of them make it slower. */
  readonly layers?: number;
  readonly width?: number;
};

const chatMl =
  "{% for message in messages %}{{'<|im_start|>' + message['role'] + '\\n' + message['content'] + '<|im_end|>' + '\\n'}}" +
  "{% endfor %}{% if add_generation_prompt %}{{ '<|im_start|>assistant\\n' }}{% endif %}";

const controls = ["<unk>", "<s>", "</s>", "<|im_start|>", "<|im_end|>"];
const endOfTurn = controls.indexOf("<|im_end|>");
/** Kinds of tokens as GGUF numbers them. */
const kind = { normal: 1, unknown: 2, control: 3, userDefined: 4, byte: 6 } as const;

/**
 * Writes a model of the llama architecture, of some 300 kB, that llama.cpp loads and runs like any other: byte-level
 * vocabulary, a chat template, attention and feed-forward layers of fixed chance. What it says is no chance: of each
 * token's embedding the output layer makes its successor, and what the layers add is too small to change that.
 * @returns the path.
 */
export function writeTinyGguf(path: string, model: TinyModel): string {
  const {
    answer,
    endless = false,
    chatTemplate = chatMl,
    contextLength = 2048,
    layers = 2,
    width = 64,
  } = model;
  const bytes = Array.from(
    { length: 256 },
    (_, byte) => `<0x${byte.toString(16).toUpperCase().padStart(2, "0")}>`,
  );
  const before = [...controls, ...bytes, "\u2581"]; // the last one is what a blank becomes in this kind of vocabulary
  const tokens = [...before, ...answer];
  const kinds = [
    kind.unknown,
    ...Array<number>(controls.length - 1).fill(kind.control),
    ...bytes.map(() => kind.byte),
    kind.normal,
    ...answer.map(() => kind.userDefined),
  ];
  const random = chance(20_260_101);
  const matrix = (columns: number, rows: number, scale: number) =>
    Float32Array.from({ length: columns * rows }, () => (random() * 2 - 1) * scale);
  const embeddings = Float32Array.from({ length: width * tokens.length }, () => (random() < 0.5 ? -1 : 1));
  const output = new Float32Array(width * tokens.length);
  const first = before.length;
  const follow = (token: number, after: number) => {
    for (let at = 0; at < width; at += 1)
      output[after * width + at] = (output[after * width + at] ?? 0) + (embeddings[token * width + at] ?? 0);
  };
  follow(controls.length + 0x0a, first); // what a ChatML prompt ends with
  answer.forEach((_, index) => {
    const last = index === answer.length - 1;
    follow(first + index, last ? (endless ? first : endOfTurn) : first + index + 1);
  });

  const inner = 32; // of a head and of the feed-forward layer
  const ones = () => new Float32Array(width).fill(1);
  const tensor = (name: string, shape: readonly number[], data: Float32Array): GgufTensor => ({
    name,
    shape,
    data,
  });
  const layer = (index: number) =>
    [
      tensor("attn_norm", [width], ones()),
      tensor("attn_q", [width, inner], matrix(width, inner, 0.05)),
      tensor("attn_k", [width, inner], matrix(width, inner, 0.05)),
      tensor("attn_v", [width, inner], matrix(width, inner, 0.05)),
      tensor("attn_output", [inner, width], matrix(inner, width, 0.05)),
      tensor("ffn_norm", [width], ones()),
      tensor("ffn_gate", [width, inner], matrix(width, inner, 0.05)),
      tensor("ffn_up", [width, inner], matrix(width, inner, 0.05)),
      tensor("ffn_down", [inner, width], matrix(inner, width, 0.05)),
    ].map(({ name, ...rest }) => ({ name: `blk.${index}.${name}.weight`, ...rest }));

  writeGguf(
    path,
    {
      "general.architecture": { text: "llama" },
      "general.name": { text: "Tiny" },
      "general.file_type": { u32: 0 },
      "llama.context_length": { u32: contextLength },
      "llama.embedding_length": { u32: width },
      "llama.block_count": { u32: layers },
      "llama.feed_forward_length": { u32: inner },
      "llama.attention.head_count": { u32: 1 },
      "llama.attention.head_count_kv": { u32: 1 },
      "llama.attention.key_length": { u32: inner },
      "llama.attention.value_length": { u32: inner },
      "llama.attention.layer_norm_rms_epsilon": { f32: 1e-5 },
      "llama.rope.dimension_count": { u32: inner },
      "llama.vocab_size": { u32: tokens.length },
      "tokenizer.ggml.model": { text: "llama" },
      "tokenizer.ggml.tokens": { texts: tokens },
      "tokenizer.ggml.scores": { f32s: tokens.map(() => 0) },
      "tokenizer.ggml.token_type": { i32s: kinds },
      "tokenizer.ggml.unknown_token_id": { u32: 0 },
      "tokenizer.ggml.bos_token_id": { u32: 1 },
      "tokenizer.ggml.eos_token_id": { u32: endOfTurn },
      "tokenizer.ggml.add_bos_token": { bool: false },
      "tokenizer.ggml.add_space_prefix": { bool: false },
      "tokenizer.chat_template": { text: chatTemplate },
    },
    [
      tensor("token_embd.weight", [width, tokens.length], embeddings),
      tensor("output_norm.weight", [width], ones()),
      tensor("output.weight", [width, tokens.length], output),
      ...Array.from({ length: layers }, (_, index) => layer(index)).flat(),
    ],
  );
  return path;
}

/** Numbers from 0 to 1, always the same ones for a seed (mulberry32). */
function chance(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
