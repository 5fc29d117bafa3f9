const lines = ["one", "two", "three", "four", "five", "six"];

/** What is not there yet, in its shape. It shows only after 300 ms (workspace.css): most of the time it never does. */
export function QuietLines({ count }: { count: number }) {
  return (
    <div className="quiet-lines" aria-hidden="true">
      {lines.slice(0, count).map((line) => (
        <span key={line} />
      ))}
    </div>
  );
}
