/** The mark: a bone, in ink. */
export function Mark({ size = 28 }: { size?: number }) {
  return (
    <svg
      className="mark"
      width={size}
      height={size}
      viewBox="0 0 24 24"
      fill="currentColor"
      aria-hidden="true"
    >
      <path d="M8 16 16 8" stroke="currentColor" strokeWidth="4" />
      <circle cx="5.6" cy="15.6" r="3.1" />
      <circle cx="8.4" cy="18.4" r="3.1" />
      <circle cx="15.6" cy="5.6" r="3.1" />
      <circle cx="18.4" cy="8.4" r="3.1" />
    </svg>
  );
}
