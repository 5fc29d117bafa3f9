/** Something in a source text from which no schema can be made; `at` is where, as an offset into the text. */
export class SchemaFault extends Error {
  readonly at: number;

  constructor(message: string, at: number) {
    super(message);
    this.name = "SchemaFault";
    this.at = at;
  }
}
