import { File } from "lucide-react";
import { withoutMarks } from "../words/isolate.ts";
import { useWords } from "../words/language.ts";

/** A file that came with the answer. Its name is a stranger's: nothing in it may turn its ending around. */
export function FileLine({ name, mediaType }: { readonly name: string; readonly mediaType: string }) {
  const { conversation: words } = useWords();
  const bare = withoutMarks(name);
  return (
    <p className="file-line">
      <File className="file-icon" size={16} strokeWidth={1.5} role="img" aria-label={words.file} />
      <bdi className="file-name" title={bare}>
        {bare}
      </bdi>
      <bdi className="file-type">{withoutMarks(mediaType)}</bdi>
    </p>
  );
}
