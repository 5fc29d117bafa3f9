import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { modelFolder } from "../../../../test/support/local-models.ts";
import { BadGguf, readGgufHeader } from "./gguf-header.ts";

test("a file says what it is, and one cut off anywhere says so, whatever its last bytes were", async () => {
  using folder = modelFolder();
  const path = folder.write("tiny", { answer: ["Hello"], contextLength: 300, layers: 1 });
  const { size, parameters, ...header } = await readGgufHeader(path);
  assert.deepEqual(header, {
    architecture: "llama",
    name: "Tiny",
    contextLength: 300,
    layers: 1,
    quantization: "F32",
    hasChatTemplate: true,
  });
  assert.equal(parameters > 30_000 && size > parameters * 4, true);
  const whole = readFileSync(path);
  const cut = join(folder.path, "cut.gguf");
  for (const length of [0, 3, 4, 20, 30, 200, 5000, 9000, whole.length - 1]) {
    writeFileSync(cut, whole.subarray(0, length));
    await assert.rejects(readGgufHeader(cut), BadGguf, String(length));
  }
});

test("lengths that no file has are refused before memory is taken for them", async () => {
  using folder = modelFolder();
  const path = folder.write("tiny", { answer: ["Hello"] });
  const file = readFileSync(path);
  file.writeBigUInt64LE(2n ** 62n, 24); // the first key's
  writeFileSync(path, file);
  await assert.rejects(readGgufHeader(path), /a number is too large/);
  file.writeBigUInt64LE(2n ** 40n, 24);
  writeFileSync(path, file);
  await assert.rejects(readGgufHeader(path), /a text in it is too long/);
});
