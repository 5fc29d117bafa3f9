import { SkeletonError } from "../lib/errors.ts";
import { formFields, formSchema } from "../lib/form-fields.ts";
import { given } from "../lib/given.ts";
import type { ConsentRequest } from "../protocols/message-processor.ts";

const longestMessage = 2000;
const longestFrom = 200;

/**
 * A question as it may be shown: what foreign programs ask is cut to size, and of a form only what can be drawn is left.
 * @throws `bad_input` for a form or an address that cannot be shown.
 */
export function shownQuestion({ form, url, why, from, ...request }: ConsentRequest): ConsentRequest {
  return {
    ...request,
    ...given({
      form: form && formSchema(formFields(form)),
      url: url === undefined ? undefined : webAddress(url),
      why: why?.slice(0, longestMessage),
      from: from?.slice(0, longestFrom),
    }),
  };
}

/** Nothing but the web: a `javascript:` or `file:` would act here. */
function webAddress(text: string): string {
  const url = text.length <= longestMessage ? URL.parse(text) : null;
  if (url === null || !/^https?:$/.test(url.protocol))
    throw new SkeletonError("bad_input", "The address that the user is to open is none of the web.", {
      hint: "It has to begin with https:// or http://.",
    });
  return url.href;
}
