/** Statements that the server keeps prepared, a connection. */
const STATEMENTS = 300;

/** Names for statements, so that a connection has each parsed once; what comes after the first few hundred has none. */
export function statementNames(): (sql: string) => string | undefined {
  const names = new Map<string, string>();
  return (sql) => {
    const known = names.get(sql);
    if (known !== undefined || names.size >= STATEMENTS) return known;
    const name = `s${names.size}`;
    names.set(sql, name);
    return name;
  };
}
