type Block = { readonly from: number; readonly bytes: Buffer; used: number; readonly ends: number[] };

const smallestBlock = 1024;
const largestBlock = 32 * 1024;

/**
 * Entries with ids in a row, as bytes outside the heap. The log of a running answer outlives everything else that a
 * token makes: as strings, its entries would be copied and marked by the garbage collector again and again, which was
 * an eighth of what a token costs.
 */
export class PackedEntries {
  #blocks: Block[] = [];

  /** @param id one more than that of the entry before. */
  add(id: number, entry: string): void {
    let block = this.#blocks.at(-1);
    // three bytes a UTF-16 unit at most; only near the end of a block is it worth counting
    if (block === undefined || block.bytes.length - block.used < entry.length * 3) {
      const size = Buffer.byteLength(entry);
      if (block === undefined || block.bytes.length - block.used < size) {
        const usual = block === undefined ? smallestBlock : Math.min(block.bytes.length * 2, largestBlock);
        block = { from: id, bytes: Buffer.allocUnsafeSlow(Math.max(usual, size)), used: 0, ends: [] };
        this.#blocks.push(block);
      }
    }
    block.used += block.bytes.write(entry, block.used);
    block.ends.push(block.used);
  }

  /** The entries from `id` on. */
  since(id: number): string[] {
    const found: string[] = [];
    for (const { from, bytes, ends } of this.#blocks) {
      for (let index = Math.max(0, id - from); index < ends.length; index += 1) {
        found.push(bytes.toString("utf8", index === 0 ? 0 : ends[index - 1], ends[index]));
      }
    }
    return found;
  }

  /** Lets go of what stands before `id`, block by block. */
  dropBefore(id: number): void {
    const kept = this.#blocks.findIndex(({ from, ends }) => from + ends.length > id);
    this.#blocks = kept === -1 ? [] : this.#blocks.slice(kept);
  }
}
