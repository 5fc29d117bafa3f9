/** Text as it was written. */
export const PlainText = ({ text }: { readonly text: string }) => (
  <div className="markdown plain" dir="auto">
    {text}
  </div>
);
